import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { fromAnsible } from '../../src/config/ansible.js'
import { parseAnsibleIni } from '../../src/config/ansible-ini.js'
import { parseAnsibleYaml } from '../../src/config/ansible-yaml.js'
import { describeDiagnostics } from '../../src/config/diagnostic.js'
import { parseInventoryJson } from '../../src/config/inventory-json.js'
import { readConfig } from '../../src/config/read.js'
import { VenvoyError } from '../../src/errors.js'
import { parseFacts } from '../../src/facts/parse-facts.js'
import { readLockfile } from '../../src/lock/read.js'
import { hasHashes, readRequirementsLock } from '../../src/lock/read-requirements.js'
import { parseRequirement } from '../../src/lock/requirement.js'
import { FrameReader } from '../../src/transport/frames.js'
import { knownHosts, parseKnownHosts } from '../../src/transport/known-hosts.js'
import { sshConfig } from '../../src/transport/ssh-config.js'
import { fuzz } from './support/fuzz.js'
import { Dice } from './support/mutate.js'

const top = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(top, path), 'utf8')
const examples = readdirSync(join(top, 'examples')).map((name) => read(`examples/${name}/deploy.yml`))

/** Nothing but an error that says where, what, why and what next. */
function orVenvoyError(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof VenvoyError) || error.failure.what === '') throw error
  }
}

fuzz('yaml', [read('deploy.example.yml'), ...examples], (text) => {
  const { config, diagnostics } = readConfig(
    { file: 'deploy.yml', text },
    { env: () => undefined, needsSecrets: () => false },
  )
  // Either what it says is known, or what is wrong with it, and where.
  expect(config === undefined).toBe(diagnostics.length > 0)
  const lines = text.split(/\r\n|[\r\n]/).length
  for (const { line, column, message } of diagnostics) {
    expect(message).not.toBe('')
    expect([line > 0 && line <= lines, column > 0]).toEqual([true, true])
  }
  expect(typeof describeDiagnostics(diagnostics)).toBe('string')
})

fuzz('frames', [], (text) => {
  const bytes = Buffer.from(text, 'latin1')
  const dice = new Dice(text)
  const whole = framesOf([bytes])
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + dice.roll(dice.pick([1, 3, 40, 4000]))
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  // However the bytes are cut: the same frames at the same places, and all that is no frame passes unchanged.
  expect(framesOf(chunks)).toEqual(whole)
})

/** The data as one text with the frames in it; or that a frame does not end, which may be seen sooner or later. */
function framesOf(chunks: readonly Uint8Array[]): string {
  const said: string[] = []
  const reader = new FrameReader('m4rk', (event) => {
    if ('data' in event) said.push(Buffer.from(event.data).toString('latin1'))
    else said.push(`<${JSON.stringify(event.frame)}>`)
  })
  try {
    for (const chunk of chunks) reader.push(chunk)
    reader.end()
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError)
    return 'a frame does not end'
  }
  return said.join('')
}

const strange = Buffer.from('a key that nobody has')

fuzz('known_hosts', [], (text) => {
  const entries = parseKnownHosts(text, 'known_hosts')
  const known = knownHosts(entries)
  for (const name of [
    'web1.example.com',
    '[web1.example.com]:2222',
    '10.0.0.7',
    ...entries.flatMap(({ names }) => names).slice(0, 5),
  ]) {
    // A key that is in no line is never known, whatever the lines say.
    expect(['unknown', 'changed']).toContain(known.verdict(name, name, strange).kind)
    expect(known.types(name, name)).not.toContain('')
  }
})

fuzz('ssh_config', [], async (text) => {
  const notes: string[] = []
  const lookUp = sshConfig({
    files: [{ path: 'config', folder: '.' }],
    localUser: 'ann',
    read: () => text,
    // An Include includes the file itself: it must end all the same.
    glob: (pattern) => (pattern === 'itself' ? ['config'] : []),
    note: (note) => notes.push(note),
  })
  for (const alias of ['web1', 'db.example.com', `${'a'.repeat(60)}b`]) {
    const { port, identityFiles, connectTimeout } = await lookUp({ alias })
    expect(port === undefined || (Number.isInteger(port) && port >= 0)).toBe(true)
    expect(connectTimeout === undefined || connectTimeout >= 0).toBe(true)
    expect(identityFiles).not.toContain('')
  }
})

fuzz('facts', [], (text) => {
  orVenvoyError(() => {
    const facts = parseFacts(text, 'web1')
    expect(typeof facts.system.user).toBe('string')
  })
})

const lockNames = ['pylock.toml', 'uv.lock', 'poetry.lock', 'Pipfile.lock']
fuzz('lockfiles', [], (text) => {
  for (const path of lockNames) orVenvoyError(() => readLockfile({ path, text, extras: ['web'] }))
  orVenvoyError(() => readRequirementsLock({ 'requirements.txt': text }, ['requirements.txt']))
  expect(typeof hasHashes(text)).toBe('boolean')
  for (const line of text.split('\n').slice(0, 20)) orVenvoyError(() => parseRequirement(line))
})

fuzz('inventories', [], (text) => {
  for (const parse of [parseAnsibleIni, parseAnsibleYaml]) {
    orVenvoyError(() => fromAnsible('hosts', parse('hosts', text), () => {}))
  }
  orVenvoyError(() => parseInventoryJson('inventory', text, () => {}))
})
