import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { venvoy } from './support/venvoy.js'

const hosts = [{ name: 'web1', address: 'local', groups: ['web'] }, 'web2']
const token = 'sesame-open'

/** What a server answers at each of its paths. */
const answers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  '/hosts': (_, response) => response.end(JSON.stringify(hosts)),
  '/locked': ({ headers }, response) => {
    if (headers.authorization === `Bearer ${token}`) response.end(JSON.stringify(hosts))
    else response.writeHead(401).end()
  },
  '/elsewhere': (_, response) => response.writeHead(302, { location: 'https://example.com/hosts?key=abc' }).end(),
  '/echo': ({ headers }, response) => response.end(`you said ${headers['x-key']}`),
  '/broken': (_, response) => response.socket?.destroy(),
}

const server = createServer((request, response) => {
  const answer = answers[request.url?.replace(/\?.*/, '') ?? '']
  if (answer === undefined) response.writeHead(404).end()
  else answer(request, response)
})
let origin = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

async function list(entry: string, more = '', env: Readonly<Record<string, string>> = {}) {
  const text = `project: blog\ninventory:\n  - ${entry.replace('ORIGIN', origin)}\n${more}`
  const { stdout, stderr, code } = await venvoy({
    args: ['list'],
    files: { 'deploy.yml': text, 'token.txt': `${token}\n` },
    env,
  })
  return { stdout, stderr: stderr.replaceAll(origin, 'ORIGIN'), code }
}

const table = /^web1 +this machine +web\nweb2 +web2$/m

describe('hosts by a URL', () => {
  it('are there in the form that a command would print', async () => {
    const { stdout, stderr, code } = await list('url: ORIGIN/hosts?format=json')
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(stdout.replace(/ +$/gm, '')).toMatch(table)
  })

  it.each([
    ['the env', '!secret TOKEN', '', { TOKEN: `Bearer ${token}` }],
    ['secrets:', '!secret TOKEN', 'secrets: { TOKEN: { command: "echo Bearer $(cat token.txt)" } }\n', {}],
    ['its place', '!secret { command: echo Bearer sesame-open }', '', {}],
  ])('want a secret in a header, from %s', async (_, written, more, env) => {
    const { stdout, stderr, code } = await list(
      `{ url: ORIGIN/locked, headers: { Authorization: ${written} } }`,
      more,
      env,
    )
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(stdout.replace(/ +$/gm, '')).toMatch(table)
  })

  it.each([
    [
      'url: ORIGIN/locked',
      'ORIGIN/locked: the inventory cannot be fetched: it does not let us in\n  HTTP 401 Unauthorized\n  try: headers: { Authorization: !secret NAME }\n',
    ],
    [
      'url: ORIGIN/none?key=abc',
      'ORIGIN/none: the inventory cannot be fetched: it gives nothing\n  HTTP 404 Not Found\n  try: ask it by hand: curl -i ORIGIN/none\n',
    ],
    [
      'url: ORIGIN/elsewhere',
      'ORIGIN/elsewhere: the inventory cannot be fetched: it sends us elsewhere, which is not followed\n  to https://example.com/hosts\n  try: ask it by hand: curl -i ORIGIN/elsewhere\n',
    ],
    [
      'url: ORIGIN/broken',
      'ORIGIN/broken: the inventory cannot be fetched: no answer\n  other side closed\n  try: ask it by hand: curl -i ORIGIN/broken\n',
    ],
    [
      '{ url: ORIGIN/echo, headers: { X-Key: !secret KEY } }',
      'ORIGIN/echo: this is no JSON\n  you said [KEY]\n  try: print ["web1", {"name": "web2", "address": "10.0.0.7", "groups": ["web"]}]\n',
    ],
  ])('are explained where they cannot be had, without a secret: %s', async (entry, stderr) => {
    expect(await list(entry, '', { KEY: token })).toEqual({ stdout: '', stderr, code: 2 })
  })

  it.each([
    ['url: http://inventory.example.com/hosts', 'should be an https:// URL'],
    [
      'url: "https://ann:pw@inventory.example.com/hosts"',
      'should hold no password: headers: { Authorization: !secret NAME }',
    ],
    ['{ url: "https://x.example.com/", headers: { A: !secret NOT_SET } }', 'the env variable NOT_SET is not set'],
    ['{ command: ./x, headers: { A: b } }', 'goes with url'],
  ])('are refused before anybody is asked: %s', async (entry, said) => {
    const { stderr, code } = await list(entry)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^deploy\.yml:3:/)
    expect(stderr).toContain(said)
    expect(stderr).not.toContain('pw@inventory.example.com is')
  })
})
