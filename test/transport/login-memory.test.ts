import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLoginMemory } from '../../src/transport/login-memory.js'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'venvoy-memory-'))
  file = join(folder, 'state', 'logins.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const known = { hostKey: 'SHA256:host', key: 'SHA256:key' }

test('what one run remembers, the next one knows, and nobody else can read', () => {
  const memory = openLoginMemory(file)
  memory.remember('deploy@web1:22', known)
  expect(memory.recall('deploy@web1:22')).toEqual(known)
  memory.save()
  expect(openLoginMemory(file).recall('deploy@web1:22')).toEqual(known)
  expect([statSync(file).mode & 0o777, statSync(join(file, '..')).mode & 0o777]).toEqual([0o600, 0o700])
})

test('two runs at the same time lose nothing of each other', () => {
  const [one, two] = [openLoginMemory(file), openLoginMemory(file)]
  one.remember('a@web1:22', known)
  two.remember('b@web1:22', known)
  one.save()
  two.save()
  const both = openLoginMemory(file)
  expect([both.recall('a@web1:22'), both.recall('b@web1:22')]).toEqual([known, known])
})

test('what is forgotten is gone', () => {
  const memory = openLoginMemory(file)
  memory.remember('deploy@web1:22', known)
  memory.save()
  memory.forget('deploy@web1:22')
  expect(memory.recall('deploy@web1:22')).toBe(undefined)
  memory.save()
  expect(openLoginMemory(file).recall('deploy@web1:22')).toBe(undefined)
})

test('that ssh was needed is known for a week, and until a key was enough', () => {
  let now = 1_000_000_000_000
  const open = () => openLoginMemory(file, () => now)
  const memory = open()
  memory.rememberSsh('deploy@web1:22', 'it takes Kerberos tickets')
  memory.save()
  expect([open().recallSsh('deploy@web1:22'), open().recall('deploy@web1:22')]).toEqual([
    'it takes Kerberos tickets',
    undefined,
  ])
  now += 7 * 24 * 3_600_000
  expect(open().recallSsh('deploy@web1:22')).toBe(undefined)
  memory.rememberSsh('deploy@web1:22', 'it takes Kerberos tickets')
  memory.remember('deploy@web1:22', known)
  expect([memory.recallSsh('deploy@web1:22'), memory.recall('deploy@web1:22')]).toEqual([undefined, known])
  memory.forget('deploy@web1:22')
  expect(memory.recallSsh('deploy@web1:22')).toBe(undefined)
})

test('nothing new is not written', () => {
  const memory = openLoginMemory(file)
  memory.forget('deploy@web1:22')
  memory.save()
  expect(existsSync(file)).toBe(false)
})

test.each([
  '',
  'null',
  '{"logins":[1]}',
  '{"logins":{"deploy@web1:22":{"key":1}}}',
  '{"logins":{"deploy@web1:22":{"bySsh":1}}}',
])('a broken file %j is an empty one', (text) => {
  const memory = openLoginMemory(join(folder, 'logins.json'))
  writeFileSync(join(folder, 'logins.json'), text)
  expect(memory.recall('deploy@web1:22')).toBe(undefined)
  memory.remember('deploy@web1:22', known)
  memory.save()
  expect(JSON.parse(readFileSync(join(folder, 'logins.json'), 'utf8')).logins).toMatchObject({
    'deploy@web1:22': known,
  })
})
