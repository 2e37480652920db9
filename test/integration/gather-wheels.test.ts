import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LockedPackage } from '../../src/lock/lock.js'
import { gatherWheels } from '../../src/source/gather-wheels.js'
import { IndexStock } from '../../src/source/index-stock.js'
import { indexOf } from '../../src/source/simple-index.js'
import { python311 } from '../plan/given.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Answers by path: a page, or `[status, type, text]`. */
type Pages = Record<string, string | readonly [status: number, type: string, text: string]>

let folder: string
let server: Server
let asked: string[]
let pages: Pages
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'venvoy-gather-'))
  asked = []
  pages = {}
  server = createServer(({ url = '/', headers }, response) => {
    asked.push(headers.authorization === undefined ? url : `${url} ${atob(headers.authorization.split(' ')[1]!)}`)
    const page = pages[url] ?? [404, 'text/plain', 'not found']
    const [status, type, text] = typeof page === 'string' ? [200, 'text/html', page] : page
    response.writeHead(status, { 'content-type': type }).end(text)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterEach(async () => {
  server.close().closeAllConnections()
  rmSync(folder, { recursive: true })
})

const origin = () => `127.0.0.1:${(server.address() as AddressInfo).port}`
const stock = (...indexes: string[]) =>
  new IndexStock(indexes.map(indexOf), { cache: folder, onFetch: () => undefined })
const simple = (login = '') => `http://${login}${origin()}/simple/`

const packageOf = (name: string, more: Partial<LockedPackage>): LockedPackage => ({
  ...{ name, version: '1.0', hashes: [], artifacts: [] },
  ...more,
})
const wheelOf = (name: string, text: string, url?: string) => ({
  hashes: [sha256(text)],
  artifacts: [
    { kind: 'wheel', filename: `${name}-1.0-py3-none-any.whl`, digest: sha256(text), ...(url && { url }) },
  ] as const,
})

async function gather(from: IndexStock, ...packages: LockedPackage[]) {
  const lockfile = { path: 'pylock.toml', format: 'pylock' as const, packages }
  const wheels = await gatherWheels(from, { lockfile, interpreter: python311, system: { arch: 'x86_64' }, packages })
  const entries = wheels?.tree.entries.flatMap((entry) => (entry.kind === 'file' ? [entry] : [])) ?? []
  const texts = await Promise.all(
    entries.map(async ({ digest }) => Buffer.from(await wheels!.tree.read(digest)).toString()),
  )
  return { files: entries.map(({ path }, i) => `${path}: ${texts[i]}`), packages: wheels?.packages }
}

describe('wheels that are to be sent', () => {
  it('are found by their hashes, as a page of links or JSON, by one that is asked with its password alone', async () => {
    pages['/simple/web/'] =
      `<a data-x='1' href="../../f/web-1.0-py3-none-any.whl?a=1&amp;b=2#sha256=${sha256('web')}">web</a>`
    pages['/f/web-1.0-py3-none-any.whl?a=1&b=2'] = 'web'
    const files = [
      { filename: 'wire-1.0-py3-none-any.whl', url: '/f/wire.whl', hashes: { sha256: sha256('wire') } },
      { filename: 'wire-1.0-cp311-cp311-linux_x86_64.whl', url: '/f/own.whl', hashes: { sha256: sha256('own') } },
    ]
    pages['/simple/wire/'] = [200, 'application/vnd.pypi.simple.v1+json', JSON.stringify({ files })]
    pages['/f/own.whl'] = 'own'
    const from = stock(simple('ann:p%40ss@'))
    const gathered = await gather(
      from,
      packageOf('web', wheelOf('web', 'web')),
      // Only hashes: the file is chosen for the interpreter.
      packageOf('wire', { hashes: [sha256('wire'), sha256('own')] }),
    )
    expect(gathered.files).toEqual([
      'wheels/web-1.0-py3-none-any.whl: web',
      'wheels/wire-1.0-cp311-cp311-linux_x86_64.whl: own',
    ])
    expect(gathered.packages?.map(({ name, hashes }) => [name, hashes])).toEqual([
      ['web', [sha256('web')]],
      ['wire', [sha256('own')]],
    ])
    expect(new Set(asked.map((line) => line.split(' ')[1]))).toEqual(new Set(['ann:p@ss']))
    asked.length = 0
    await gather(stock(simple()), packageOf('web', wheelOf('web', 'web')))
    expect(asked).toEqual(['/simple/pip/'])
  })

  it('come from where the lockfile says, if no index has them, without the password of an index', async () => {
    pages['/else/web.whl'] = 'web'
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/else/web.whl`
    const from = new IndexStock([{ url: 'http://localhost:9/simple', login: { user: 'ann' } }], {
      cache: folder,
      onFetch() {},
    })
    expect(
      (
        await gather(
          from,
          packageOf('web', { ...wheelOf('web', 'web', url), version: '', origin: { kind: 'url', url } }),
        )
      ).packages,
    ).toEqual([expect.objectContaining({ name: 'web', version: '1.0' })])
    expect(asked).toEqual(['/else/web.whl'])
  })

  it('are named all at once where they are not to be had', async () => {
    const all = [
      packageOf('web', wheelOf('web', 'web')),
      packageOf('wire', { hashes: [sha256('wire')] }),
      packageOf('old', { artifacts: [{ kind: 'sdist', filename: 'old-1.0.tar.gz', digest: sha256('old') }] }),
    ]
    await expect(gather(stock(simple('ann:secret@')), ...all)).rejects.toThrow(
      `pylock.toml: not to be had for Python 3.11.2 on linux-x86_64, from http://${origin()}/simple
  web 1.0: web-1.0-py3-none-any.whl
  wire 1.0: no file has a hash of the lockfile
  old 1.0: it has no wheel, only old-1.0.tar.gz
  try: put the missing wheels there; of what has no wheel, lock another version, or build one and lock that`,
    )
  })

  it.each([
    [[401, 'text/plain', ''], 'the index wants another name and password\n  HTTP 401 Unauthorized'],
    [[500, 'text/plain', ''], 'the index gives nothing there\n  HTTP 500 Internal Server Error'],
  ] as const)('cannot be had of an index that answers %j', async (page, text) => {
    pages['/simple/web/'] = page
    await expect(gather(stock(simple('ann:secret@')), packageOf('web', wheelOf('web', 'web')))).rejects.toThrow(
      `http://${origin()}/simple/web/: ${text}`,
    )
  })

  it('are refused where they are other files than the lockfile means, and nothing of them is kept', async () => {
    pages['/simple/web/'] = '<a href="/f/web-1.0-py3-none-any.whl">web</a>'
    pages['/f/web-1.0-py3-none-any.whl'] = 'another'
    await expect(gather(stock(simple()), packageOf('web', wheelOf('web', 'web')))).rejects.toThrow(
      `http://${origin()}/f/web-1.0-py3-none-any.whl: the index has another file under this name than the lockfile means`,
    )
    expect(readdirSync(join(folder, 'wheels'))).toEqual([])
  })

  it('that were damaged in the cache are fetched anew by the next run', async () => {
    pages['/simple/web/'] = '<a href="/f/web-1.0-py3-none-any.whl">web</a>'
    pages['/f/web-1.0-py3-none-any.whl'] = 'web'
    const web = packageOf('web', wheelOf('web', 'web'))
    await gather(stock(simple()), web)
    writeFileSync(join(folder, 'wheels', sha256('web')), 'wet')
    await expect(gather(stock(simple()), web)).rejects.toThrow('a wheel of the cache here was damaged')
    expect((await gather(stock(simple()), web)).files).toEqual(['wheels/web-1.0-py3-none-any.whl: web'])
  })
})
