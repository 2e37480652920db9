import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { secret } from '../../src/shell/command.js'
import { openSource } from '../../src/source/open-source.js'
import { failureOf, listing, useWorkshop } from './repository.js'

const shop = useWorkshop()
const expected = `Basic ${Buffer.from('zoe:p@ss word').toString('base64')}`

/** Serves the workshop's files, as git's simplest protocol needs them, to those who know the password. */
let host: Server

beforeEach(async () => {
  host = createServer(async (request, response) => {
    if (request.headers.authorization !== expected)
      return response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
    const path = new URL(request.url!, 'http://localhost').pathname
    const content = await readFile(join(shop.root, path)).catch(() => undefined)
    return response.writeHead(content ? 200 : 404).end(content)
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
})

afterEach(() => new Promise((resolve) => host.close(resolve)))

const open = (credentials: string) => {
  shop.commit('blog', { 'app.py': '' })
  shop.git('blog', 'update-server-info')
  const { port } = host.address() as AddressInfo
  const url = `http://${credentials}@127.0.0.1:${port}/blog/.git`
  const options = { base: shop.root, cache: shop.cache, onNote: () => undefined }
  return openSource({ kind: 'git', url, ref: 'main' }, options)
}

it('logs in with the name and the password of the URL', async () => {
  expect(listing(await open('zoe:p%40ss%20word'))).toEqual(['app.py'])
})

it('logs in with the name and the password of the source', async () => {
  shop.commit('blog', { 'app.py': '' })
  shop.git('blog', 'update-server-info')
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/blog/.git`
  const login = { user: 'zoe', password: secret('P', 'p@ss word') }
  const options = { base: shop.root, cache: shop.cache, onNote: () => undefined }
  expect(listing(await openSource({ kind: 'git', url, ref: 'main', login }, options))).toEqual(['app.py'])
  const bySsh = openSource({ kind: 'git', url: 'git@git.example.com:blog.git', ref: 'main', login }, options)
  expect(await failureOf(bySsh)).toBe(
    [
      'source git@git.example.com:blog.git: user and password of a git source are for https',
      '  try: with ssh, keys and ssh_config log in',
    ].join('\n'),
  )
})

it('does not show them when they are wrong', async () => {
  const failure = await failureOf(open('zoe:wr0ng'))
  expect(failure).toMatch(/^source http:\/\/127\.0\.0\.1:\d+\/blog\/\.git: the repository cannot be read\n/)
  expect(failure).not.toMatch(/wr0ng|zoe/)
})
