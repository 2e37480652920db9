import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callHelper } from './support/call.js'
import { edgeInterpreters } from './support/interpreters.js'

let server: Server
let port: number
let asked: string[]

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`)
    const [, status, ...words] = (request.url ?? '').split('/')
    const isSlow = status === 'slow' && asked.length < 3
    response.writeHead(isSlow ? 503 : Number(status) || 200, { Location: 'https://elsewhere.example.com/' })
    response.end(words.map((word) => `${decodeURIComponent(word)}\n`).join('\n'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

const check = async (python: string, given: object) => {
  asked = []
  const env = { http_proxy: 'http://127.0.0.1:1', LC_ALL: 'C' }
  const input = { within: 0.1, every: 0.05, ...('url' in given && { headers: [] }), ...given }
  const { code, stderr } = await callHelper({ python, home: '/nonexistent', action: 'health', input, env })
  return [code, stderr.replaceAll(String(port), 'PORT')]
}
const url = (path: string) => `http://127.0.0.1:${port}${path}`

describe.each(edgeInterpreters())('a health check with %s', (python) => {
  test.each<[string, () => object, string]>([
    ['is good', () => ({ url: url('/200/fine?now=1') }), ''],
    ['is good with the status that is wanted', () => ({ url: url('/301'), status: [301, 302] }), ''],
    ['is good with the text that is wanted', () => ({ url: url('/200/%C3%BC%20ready'), text: 'ü ready' }), ''],
    ['takes a port that listens', () => ({ tcp: ['127.0.0.1', port] }), ''],
    ['tries again until its time is up', () => ({ url: url('/slow'), within: 20 }), ''],
    [
      'shows the last answer',
      () => ({ url: url('/503/no%20database/%C3%BC') }),
      'not within 0.1 s: it answered 503 Service Unavailable\n  no database\n  ü\n',
    ],
    [
      'follows no redirect',
      () => ({ url: url('/302') }),
      'not within 0.1 s: it answered 302 Found, to https://elsewhere.example.com/\n',
    ],
    [
      'says what the answer lacks',
      () => ({ url: url('/200/starting'), text: 'ready' }),
      'not within 0.1 s: it answered 200 OK without "ready"\n  starting\n',
    ],
    [
      'says that nobody is there',
      () => ({ url: 'http://127.0.0.1:1/' }),
      'not within 0.1 s: it did not answer: Connection refused\n',
    ],
    [
      'says that no port is',
      () => ({ tcp: ['127.0.0.1', 1] }),
      'not within 0.1 s: the connection failed: Connection refused\n',
    ],
  ])('%s', async (_, given, said) => {
    expect(await check(python, given())).toEqual([said === '' ? 0 : 1, said])
  })

  test('sends what it is told to, and nothing to a proxy', async () => {
    expect(await check(python, { url: url('/200?a=1'), headers: [['Host', 'blog.example.com']] })).toEqual([0, ''])
    expect(asked).toEqual(['GET /200?a=1 blog.example.com'])
  })
})
