import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { secret } from '../../src/shell/command.js'
import { openSource } from '../../src/source/open-source.js'
import { failureOf, listing, textAt, useWorkshop } from '../source/repository.js'

const shop = useWorkshop()

interface Asked {
  strip?: number
  sha256?: string
  login?: { user?: string; password?: string }
  ref?: string
}

async function open(archive: string, { strip = 0, login, ref, ...more }: Asked = {}) {
  const notes: string[] = []
  const password = login?.password
  const spec = {
    kind: 'archive' as const,
    ...{ archive, strip },
    ...more,
    ...(login && { login: { ...login, ...(password !== undefined && { password: secret('P', password) }) } as never }),
  }
  const options = { base: shop.root, cache: shop.cache, ref, onNote: (text: string) => notes.push(text) }
  return { tree: await openSource(spec, options), notes }
}

const run = (program: string, ...args: string[]) => execFileSync(program, args, { cwd: shop.root, stdio: 'pipe' })
const sha256 = (path: string) =>
  createHash('sha256')
    .update(readFileSync(join(shop.root, path)))
    .digest('hex')

const long = `${'a-long-folder-name/'.repeat(14)}module.py`
const files = {
  'app.py': 'print(1)\n',
  bin: { script: '#!/bin/sh\n' },
  latest: { link: 'app.py' },
  'é ü/x': '',
  [long]: 'long',
  large: Buffer.alloc(300_000, 'x'),
}
const listed = [long, 'app.py', 'bin (executable)', 'large', 'latest → app.py', 'é ü/x']

describe('an archive', () => {
  it.each([
    ['tar', ['tar', '--format=gnu', '-cf']],
    ['tar', ['tar', '--format=pax', '-cf']],
    ['tar.gz', ['tar', '--format=pax', '-czf']],
    ['tgz', ['tar', '--format=gnu', '-czf']],
    ['tar.bz2', ['tar', '-cjf']],
    ['tar.xz', ['tar', '-cJf']],
    ['zip', ['zip', '-qry']],
    ['zip', ['zip', '-qry0']],
  ] as [string, string[]][])(
    'as %s by %j gives its files, with links and executable bits',
    async (ending, [program, ...args]) => {
      shop.write('app', files)
      const archive = `app.${ending}`
      const where = program === 'tar' ? ['-C', 'app', '.'] : ['.']
      const make = program === 'tar' ? [...args, archive, ...where] : [...args, `../${archive}`, '.']
      execFileSync(program!, make, { cwd: program === 'tar' ? shop.root : join(shop.root, 'app'), stdio: 'pipe' })
      const { tree, notes } = await open(archive)
      expect(listing(tree)).toEqual(listed)
      expect([await textAt(tree, 'app.py'), await textAt(tree, long)]).toEqual(['print(1)\n', 'long'])
      expect((await textAt(tree, 'large')).length).toBe(300_000)
      expect(tree.revision).toBe(`${archive} (sha256 ${sha256(archive).slice(0, 7)})`)
      expect(notes).toEqual([])
    },
  )

  it('gives the same tree as its folder', async () => {
    shop.write('app', files)
    run('tar', '-czf', 'app.tar.gz', '-C', 'app', '.')
    const options = { base: shop.root, cache: shop.cache, onNote: () => undefined }
    const folder = await openSource({ kind: 'path', path: 'app', ignore: [] }, options)
    expect((await open('app.tar.gz')).tree.digest).toBe(folder.digest)
  })

  it('may have folders in front, which strip takes away, and which are named otherwise', async () => {
    shop.write('app-1.4', { 'app.py': '', 'sub/x': '', 'sub/hard': '' })
    rmSync(join(shop.root, 'app-1.4/sub/hard'))
    run('ln', 'app-1.4/app.py', 'app-1.4/sub/hard')
    run('tar', '-cf', 'app.tar', 'app-1.4/app.py', 'app-1.4/sub')
    const { tree, notes } = await open('app.tar', { strip: 1 })
    expect([listing(tree), notes]).toEqual([['app.py', 'sub/hard', 'sub/x'], []])
    expect((await open('app.tar')).notes).toEqual(['all of app.tar is in the folder app-1.4: `strip: 1` takes it away'])
    expect(await failureOf(open('app.tar', { strip: 3 }))).toBe('source app.tar: `strip: 3` leaves nothing of it')
  })

  it('takes the later of two files with one name', async () => {
    shop.write('app', { 'app.py': '1' })
    run('tar', '-cf', 'app.tar', '-C', 'app', 'app.py')
    shop.write('app', { 'app.py': '2' })
    run('tar', '-rf', 'app.tar', '-C', 'app', 'app.py')
    expect(await textAt((await open('app.tar')).tree, 'app.py')).toBe('2')
  })

  it('is taken apart once, and read whole by many at the same time', async () => {
    shop.write('app', files)
    run('tar', '-cf', 'app.tar', '-C', 'app', '.')
    const all = await Promise.all(Array.from({ length: 4 }, () => open('app.tar')))
    expect(new Set(all.map(({ tree }) => tree.digest)).size).toBe(1)
    expect(readdirSync(join(shop.cache, 'archive'))).toEqual([`${sha256('app.tar')}-0`])
  })
})

describe('what an archive cannot hold', () => {
  const refusal = (path: string, why: string) =>
    `source app.tar: the archive holds what no release can: ${JSON.stringify(path)}\n  ${why}`

  it.each([
    [['-P', '--transform=s,^,../,'], '../app.py', 'a path with .. leads out of the release'],
    [['-P', '--transform=s,^,a/../../,'], 'a/../../app.py', 'a path with .. leads out of the release'],
    [['-P', '--transform=s,^,/etc/,'], '/etc/app.py', 'an absolute path leads out of the release'],
    [['--transform=s,^,..\\\\,'], '..\\app.py', 'a name with a backslash or a NUL'],
  ] as [string[], string, string][])('a path by tar %j', async (args, path, why) => {
    shop.write('app', { 'app.py': '' })
    run('tar', ...args, '-cf', 'app.tar', '-C', 'app', 'app.py')
    expect(await failureOf(open('app.tar'))).toBe(refusal(path, why))
  })

  it('a FIFO', async () => {
    shop.write('app', { 'app.py': '' })
    run('mkfifo', 'app/pipe')
    run('tar', '-cf', 'app.tar', '-C', 'app', 'app.py', 'pipe')
    expect(await failureOf(open('app.tar'))).toBe(refusal('pipe', 'it is a FIFO'))
  })

  it.each(['/etc/passwd', '../../secret'])('a link to %s', async (link) => {
    shop.write('app', { 'app.py': '', settings: { link } })
    run('tar', '-cf', 'app.tar', '-C', 'app', '.')
    expect(await failureOf(open('app.tar'))).toMatch(`source app.tar: a link leads out of it\n  settings → ${link}\n`)
  })

  it('a file behind a link', async () => {
    shop.write('app', { x: { link: '.' } })
    run('tar', '-cf', 'app.tar', '-C', 'app', 'x')
    shop.write('other', { 'x/y': '' })
    run('tar', '-rf', 'app.tar', '-C', 'other', 'x/y')
    expect((await failureOf(open('app.tar'))).split('\n')[0]).toBe('source app.tar: x is there twice')
  })
})

describe('what is no archive', () => {
  const unreadable = (name: string, why: string) => `source ${name}: the archive cannot be read\n  ${why}`

  it('a file that is not there, a folder, another file', async () => {
    shop.write('dist', { 'app.tar': 'hello' })
    expect(await failureOf(open('app.tar'))).toBe(`source app.tar: no such file\n  looked at ${shop.root}/app.tar`)
    expect(await failureOf(open('dist'))).toBe(`source dist: not a file\n  looked at ${shop.root}/dist`)
    expect(await failureOf(open('dist/app.tar'))).toBe(
      [
        'source dist/app.tar: this is no archive that venvoy knows',
        '  known: tar, tar.gz, tar.bz2, tar.xz, tar.zst, zip',
      ].join('\n'),
    )
  })

  it('one that is cut off', async () => {
    shop.write('app', { large: Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 251)) })
    run('tar', '-cf', 'app.tar', '-C', 'app', 'large')
    run('tar', '-czf', 'app.tar.gz', '-C', 'app', 'large')
    run('tar', '-cJf', 'app.tar.xz', '-C', 'app', 'large')
    execFileSync('zip', ['-q', '../app.zip', 'large'], { cwd: join(shop.root, 'app') })
    const cut = (name: string, size: number) => {
      truncateSync(join(shop.root, name), size)
      return failureOf(open(name))
    }
    expect(await cut('app.tar', 2048)).toBe(unreadable('app.tar', 'it ends too early, after 2048 bytes'))
    expect(await cut('app.tar.gz', 300)).toBe(unreadable('app.tar.gz', 'unexpected end of file'))
    expect(await cut('app.tar.xz', 300)).toBe(unreadable('app.tar.xz', 'xz: (stdin): Unexpected end of input'))
    expect(await cut('app.zip', 300)).toBe(unreadable('app.zip', 'it has no directory at its end: it may be cut off'))
  })

  it('one whose content has changed', async () => {
    shop.write('app', { 'app.py': 'hello hello' })
    execFileSync('zip', ['-q0', '../app.zip', 'app.py'], { cwd: join(shop.root, 'app') })
    const bytes = readFileSync(join(shop.root, 'app.zip'))
    bytes.write('jello', bytes.indexOf('hello'))
    writeFileSync(join(shop.root, 'app.zip'), bytes)
    expect(await failureOf(open('app.zip'))).toBe(unreadable('app.zip', 'app.py is not what it should be'))
  })

  it('one for which the program is not here', async () => {
    shop.write('app', { 'app.py': '' })
    run('tar', '-cJf', 'app.tar.xz', '-C', 'app', 'app.py')
    vi.stubEnv('PATH', '/nowhere')
    expect(await failureOf(open('app.tar.xz'))).toBe(
      [
        'source app.tar.xz: xz is not installed here, and the archive needs it',
        '  try: apt-get install xz-utils   (or what installs xz on this machine)',
      ].join('\n'),
    )
  })

  it('another than deploy.yml means', async () => {
    shop.write('app', { 'app.py': '' })
    run('tar', '-cf', 'app.tar', '-C', 'app', 'app.py')
    expect(listing((await open('app.tar', { sha256: sha256('app.tar') })).tree)).toEqual(['app.py'])
    expect(await failureOf(open('app.tar', { sha256: '0'.repeat(64) }))).toBe(
      [
        'source app.tar: the archive is not the one that deploy.yml means',
        `  sha256 of deploy.yml: ${'0'.repeat(64)}`,
        `  sha256 of the archive: ${sha256('app.tar')}`,
        '  try: if this is the right one, say its sha256 in deploy.yml',
      ].join('\n'),
    )
  })

  it('one of another revision', async () => {
    expect(await failureOf(open('app.tar', { ref: 'v1' }))).toBe(
      'source app.tar: an archive has no revision v1 to choose\n  try: leave out --ref',
    )
  })
})

describe('an archive on the web', () => {
  /** Serves the workshop's files; counts what was asked for. */
  async function serve(isAllowed: (request: IncomingMessage) => boolean = () => true) {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url!)
      if (!isAllowed(request)) return response.writeHead(401).end()
      if (request.url === '/latest') return response.writeHead(302, { location: '/app.tar.gz' }).end()
      const path = join(shop.root, request.url!)
      return existsSync(path) ? response.end(readFileSync(path)) : response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const close = () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    }
    onTestFinished(() => void close())
    return { asked, close, url: `http://127.0.0.1:${port}` }
  }

  const make = () => {
    shop.write('app', { 'app.py': 'x' })
    run('tar', '-czf', 'app.tar.gz', '-C', 'app', 'app.py')
    return sha256('app.tar.gz')
  }

  it('is fetched once', async () => {
    const digest = make()
    const { url, asked } = await serve()
    for (const _ of [1, 2]) {
      const { tree } = await open(`${url}/latest`, { sha256: digest })
      expect([await textAt(tree, 'app.py'), tree.revision]).toEqual(['x', `latest (sha256 ${digest.slice(0, 7)})`])
    }
    expect(asked).toEqual(['/latest', '/app.tar.gz'])
    expect(readdirSync(join(shop.cache, 'archive'))).toEqual([`${digest}-0`])
  })

  it('is fetched with a name and a password, which do not show', async () => {
    const digest = make()
    const right = `Basic ${Buffer.from('ann:pa$$ word').toString('base64')}`
    const { url } = await serve(({ headers }) => headers.authorization === right)
    const login = { user: 'ann', password: 'pa$$ word' }
    expect(listing((await open(`${url}/app.tar.gz`, { sha256: digest, login })).tree)).toEqual(['app.py'])
    rmSync(shop.cache, { recursive: true })
    const inUrl = url.replace('//', () => '//ann:pa$$%20word@')
    expect(listing((await open(`${inUrl}/app.tar.gz`, { sha256: digest })).tree)).toEqual(['app.py'])
    rmSync(shop.cache, { recursive: true })
    const wrong = { sha256: digest, login: { user: 'ann', password: 'wr0ng' } }
    expect(await failureOf(open(`${url}/app.tar.gz`, wrong))).toBe(
      [
        `source ${url}/app.tar.gz: the archive wants another name and password`,
        '  HTTP 401 Unauthorized',
        '  try: source: { …, user: NAME, password: !secret ARCHIVE_PASSWORD }',
      ].join('\n'),
    )
  })

  it('that is not there, is another, or does not answer is an error', async () => {
    make()
    const { url } = await serve()
    const of = (what: string, ...rest: string[]) => [`source ${what}`, ...rest].join('\n')
    expect(await failureOf(open(`${url}/no.tar`, { sha256: '0'.repeat(64) }))).toBe(
      of(`${url}/no.tar: the archive cannot be fetched`, '  HTTP 404 Not Found', `  try: curl -fLO ${url}/no.tar`),
    )
    expect(await failureOf(open(`${url}/app.tar.gz`, { sha256: '0'.repeat(64) }))).toMatch(
      'the archive is not the one that deploy.yml means',
    )
    expect(readdirSync(join(shop.cache, 'archive'))).toEqual([])
    const { url: closed, close } = await serve()
    await close()
    expect(await failureOf(open(`${closed}/app.tar`, { sha256: '0'.repeat(64) }))).toBe(
      of(
        `${closed}/app.tar: the archive cannot be fetched`,
        `  connect ECONNREFUSED ${closed.slice('http://'.length)}`,
        `  try: curl -fLO ${closed}/app.tar`,
      ),
    )
  })
})
