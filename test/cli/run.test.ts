import { describe, expect, it } from 'vitest'
import { venvoy } from './support/venvoy.js'

const files = {
  'deploy.yml': `project: blog
hosts:
  web: local
  db: { address: local, env: { ROLE: database } }
instances:
  staging: { hosts: [web] }
tasks:
  hello: { desc: Says hello, on: hosts, run: echo hello }
  role: { on: [db], run: 'echo $ROLE' }
  fails: { on: hosts, run: [echo one, 'echo two >&2; exit 3', echo never] }
  inside: echo here
`,
  'tasks/ports.ts': `import { type TaskContext, task } from 'venvoy'
import { greeting } from './words.ts'

const shout = (text: string): string => text.trim().toUpperCase()

export const ahoy = task('Greets', async (c: TaskContext) => {
  const { stdout } = await c.run(\`echo \${greeting}\`)
  await c.run(\`echo \${shout(stdout)} from \${c.host}\`)
}, { on: 'hosts' })
export const sinks = task('Fails', async (c) => { await c.run('echo why >&2; exit 4') }, { on: 'hosts' })
export const leaks = task('Throws', async () => { throw new RangeError('a hole') }, { on: 'hosts' })
`,
  'tasks/words.ts': `export const greeting = 'ahoy' as const\n`,
}

const run = (...args: readonly string[]) => venvoy({ files, args: ['run', ...args] })

describe('venvoy run', () => {
  it('runs tasks one after the other, in the order that is typed', async () => {
    expect(await run('-H', 'db', 'role', 'hello')).toEqual({ stdout: 'database\nhello\n', stderr: '', code: 0 })
  })

  it('stops at a failure and says how to run it again', async () => {
    expect(await run('-H', 'db', 'hello', 'fails', 'hello')).toEqual({
      stdout: 'hello\none\n',
      stderr: `two
db: echo two >&2; exit 3: exited with 3
  ran: echo two >&2; exit 3
  try: venvoy run -H db hello fails hello
`,
      code: 1,
    })
  })

  it('tells every failed host apart', async () => {
    const { stdout, stderr, code } = await run('-q', 'fails')
    expect(stdout.trimEnd().split('\n').sort()).toEqual(['db  | one', 'web | one'])
    expect(stderr.trimEnd().split('\n').sort()).toEqual([
      '  ran: echo two >&2; exit 3',
      '  ran: echo two >&2; exit 3',
      '  try: venvoy run -H db fails',
      '  try: venvoy run -H web fails',
      'db  | two',
      'db: echo two >&2; exit 3: exited with 3',
      'web | two',
      'web: echo two >&2; exit 3: exited with 3',
    ])
    expect(code).toBe(1)
  })

  it('runs tasks that are TypeScript', async () => {
    expect(await run('-H', 'db', 'ahoy')).toEqual({ stdout: 'ahoy\nAHOY from db\n', stderr: '', code: 0 })
  })

  it('ends when a task in TypeScript fails', async () => {
    expect(await run('-H', 'db', 'sinks')).toEqual({
      stdout: '',
      stderr:
        'why\ndb: echo why >&2; exit 4: exited with 4\n  ran: echo why >&2; exit 4\n  try: venvoy run -H db sinks\n',
      code: 1,
    })
  })

  it('says what a task in TypeScript threw, and where', async () => {
    const { stderr, code } = await run('-H', 'db', 'leaks')
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      'db: the task threw RangeError: a hole',
      expect.stringMatching(/^ {2}at .*PROJECT\/tasks\/ports\.ts:11:\d+\)$/),
    ])
    expect(code).toBe(1)
  })

  it('shows what is wrong in a task file before anything is contacted', async () => {
    const broken = { ...files, 'tasks/ports.ts': 'import { tusk } from "./no-such-file.ts"\nexport const a = tusk' }
    const { stdout, stderr, code } = await venvoy({ files: broken, args: ['run', 'hello'] })
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 })
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      "tasks/ports.ts:1: Cannot find module './no-such-file.ts'",
      '  1 | import { tusk } from "./no-such-file.ts"',
    ])
  })

  it('says that an instance has no venv yet, and goes no further', async () => {
    expect(await run('inside')).toEqual({
      stdout: '',
      stderr: `workon: no venv 'blog-staging' in HOME/.virtualenvs; there are: none
staging on web: echo here: exited with 1
  ran: echo here
  try: venvoy run -i staging -H web inside
`,
      code: 1,
    })
  })

  it('refuses a narrowing that leaves no target', async () => {
    expect(await run('-x', 'db', 'role')).toEqual({
      stdout: '',
      stderr: `task role: nothing is left to run it on
  try: widen -i, -H, -g or -x, or the task's on:
`,
      code: 2,
    })
  })
})
