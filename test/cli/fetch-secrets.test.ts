import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchSecrets } from '../../src/cli/fetch-secrets.js'
import type { World } from '../../src/cli/world.js'
import { type SecretSource, secretKey } from '../../src/config/secret-source.js'

let folder: string
let questions: string[]
let shown: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'venvoy-secrets-'))
  questions = []
  shown = ''
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function fetch(sources: readonly SecretSource[], { terminal = false, mayAsk = true } = {}) {
  const ask = {
    confirm: async () => true,
    secret: async (prompt: string) => {
      questions.push(prompt)
      return `answer ${questions.length}`
    },
  }
  const world = {
    env: { PATH: process.env.PATH, VAULT: 'sesame' },
    home: join(folder, 'home'),
    stderr: { write: (chunk: string | Uint8Array) => (shown += Buffer.from(chunk as string).toString()) },
    signal: new AbortController().signal,
    ...(terminal && { ask }),
  } as unknown as World
  const { answers, notes } = await fetchSecrets(world, folder, sources, mayAsk)
  return { answers: sources.map((source) => answers.get(secretKey(source))), notes }
}

const command = (text: string, whole = false): SecretSource => ({ from: 'command', command: text, whole })
const file = (path: string): SecretSource => ({ from: 'file', path })
const ask = (question: string): SecretSource => ({ from: 'ask', question })

describe('a command', () => {
  it.each([
    ['echo one; echo two', false, { value: 'one' }],
    ['echo one; echo two', true, { value: 'one\ntwo' }],
    ['printf "  spaces  "', false, { value: '  spaces  ' }],
    ['echo "$VAULT"', false, { value: 'sesame' }],
    ['cat', false, { trouble: '`cat` printed nothing' }],
    ['exit 3', false, { trouble: '`exit 3` exited with 3' }],
    [
      'echo no such entry >&2; exit 1',
      false,
      { trouble: '`echo no such entry >&2; exit 1` exited with 1: no such entry' },
    ],
    ['kill -9 $$', false, { trouble: '`kill -9 $$` was ended by SIGKILL (after 60 s it counts as stuck)' }],
    ['yes', false, { trouble: '`yes` printed more than 1 MB' }],
  ])('%j (whole: %j) gives %j', async (text, whole, answer) => {
    expect((await fetch([command(text, whole)])).answers).toEqual([answer])
  })

  it('runs in the folder of deploy.yml', async () => {
    writeFileSync(join(folder, 'here'), 'x\n')
    expect((await fetch([command('cat here')])).answers).toEqual([{ value: 'x' }])
  })

  it('is alone until the first has ended: it may unlock what the others need', async () => {
    const unlock = 'echo begin >>log; sleep 0.2; echo end >>log; echo a'
    await fetch([command(unlock), command('echo other >>log; echo b')])
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('begin\nend\nother\n')
  })

  it('says at the terminal what it asks for, and nowhere else', async () => {
    const { answers } = await fetch([command('echo "Master password:" >&2; echo key')], { terminal: true })
    expect([answers, shown]).toEqual([[{ value: 'key' }], 'Master password:\n'])
    shown = ''
    await fetch([command('echo "Master password:" >&2; echo key')])
    expect(shown).toBe('')
  })
})

describe('a file', () => {
  it('gives all but the newline at its end, and a note where others can read it', async () => {
    mkdirSync(join(folder, 'home'))
    writeFileSync(join(folder, 'key'), 'line 1\nline 2\n', { mode: 0o600 })
    writeFileSync(join(folder, 'home/open'), 'x')
    chmodSync(join(folder, 'home/open'), 0o640)
    expect(await fetch([file('key'), file('~/open')])).toEqual({
      answers: [{ value: 'line 1\nline 2' }, { value: 'x' }],
      notes: [`the secret in ~/open can be read by others: chmod 600 ${folder}/home/open`],
    })
  })

  it('that is not there, empty or a folder is trouble', async () => {
    writeFileSync(join(folder, 'empty'), '\n', { mode: 0o600 })
    expect((await fetch([file('no'), file('empty'), file('.')])).answers).toEqual([
      { trouble: 'there is no file no', hint: `looked at ${folder}/no` },
      { trouble: 'the file empty is empty' },
      { trouble: 'the file . cannot be read', hint: 'EISDIR: illegal operation on a directory, read' },
    ])
  })
})

describe('a question', () => {
  it('is asked at the terminal, one after the other', async () => {
    const { answers } = await fetch([ask('Password for the shop'), ask('Which key? ')], { terminal: true })
    expect(answers).toEqual([{ value: 'answer 1' }, { value: 'answer 2' }])
    expect(questions).toEqual(['Password for the shop: ', 'Which key? '])
  })

  it('is not asked in vain', async () => {
    await fetch([ask('Password'), command('exit 1')], { terminal: true })
    await fetch([ask('Password')], { terminal: true, mayAsk: false })
    expect(questions).toEqual([])
  })

  it('without a terminal is trouble', async () => {
    expect((await fetch([ask('Password')])).answers).toEqual([
      {
        trouble: '"Password" cannot be asked: there is no terminal',
        hint: 'with a name in secrets:, an env variable of that name answers',
      },
    ])
  })
})
