import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildWheel, type PackageIndex, startPackageIndex } from '../../src/testing/index.js'

const spec = { name: 'My.Greeting', version: '1.0', modules: { 'greeting.py': '' } }
const hash = createHash('sha256').update(buildWheel(spec)).digest('hex')
const other = new TextEncoder().encode('not really a wheel')
const otherHash = createHash('sha256').update(other).digest('hex')

let index: PackageIndex
beforeAll(async () => {
  index = await startPackageIndex([spec], { files: { 'other-2.0+local-py3-none-any.whl': other } })
})
afterAll(() => index.stop())

async function ask(path: string) {
  const response = await fetch(new URL(path, index.url), { redirect: 'manual' })
  return { status: response.status, body: await response.text(), location: response.headers.get('location') }
}

it.each([
  [
    '/simple/',
    200,
    '<!DOCTYPE html>\n<a href="other/">other</a><br>\n<a href="my-greeting/">my-greeting</a><br>\n',
    null,
  ],
  [
    '/simple/my-greeting/',
    200,
    `<!DOCTYPE html>\n<a href="/files/my_greeting-1.0-py2.py3-none-any.whl#sha256=${hash}">my_greeting-1.0-py2.py3-none-any.whl</a><br>\n`,
    null,
  ],
  [
    '/simple/other/',
    200,
    `<!DOCTYPE html>\n<a href="/files/other-2.0%2Blocal-py3-none-any.whl#sha256=${otherHash}">other-2.0+local-py3-none-any.whl</a><br>\n`,
    null,
  ],
  ['/simple/My_Greeting/', 301, '', '/simple/my-greeting/'],
  ['/simple/my-greeting', 301, '', '/simple/my-greeting/'],
  ['/simple/nothing/', 404, 'not found\n', null],
  ['/files/other-2.0%2Blocal-py3-none-any.whl', 200, 'not really a wheel', null],
  ['/files/nothing.whl', 404, 'not found\n', null],
  ['/%zz', 404, 'not found\n', null],
])('%s', async (path, status, body, location) => {
  expect(await ask(path)).toEqual({ status, body, location })
})

it('serves a wheel byte for byte', async () => {
  const response = await fetch(new URL('/files/my_greeting-1.0-py2.py3-none-any.whl', index.url))
  expect(Buffer.from(await response.arrayBuffer()).equals(buildWheel(spec))).toBe(true)
})

it('remembers what was asked for, in order', async () => {
  const fresh = await startPackageIndex([])
  await fetch(fresh.url)
  await fetch(new URL('greeting/', fresh.url))
  expect(fresh.requests()).toEqual(['GET /simple/', 'GET /simple/greeting/'])
  await fresh.stop()
})
