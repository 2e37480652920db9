import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder, venvoy } from './support/venvoy.js'

const deploy = `project: blog
hosts: { here: local, there: local }
groups: { all: [here, there] }
tasks:
  hello: { on: here, run: echo hello }
  release:
    desc: Ship it
    on: here
    needs: [hello, db.migrate]
    params: { version: { required: true }, force: { type: flag } }
    run: echo {{ params.version }} "$VENVOY_PARAM_force"
  both:
    on: here
    needs: [{ task: release, with: { version: a } }, { task: release, with: { version: b, force: true } }, { task: db.migrate, with: { steps: 5 } }]
    run: echo both
`

const db = `import { param, task } from 'venvoy'

const params = { steps: param.number({ default: 2 }), dryRun: param.flag({ help: 'Only look' }) }

export const migrate = task('Migrate', { on: 'here', params }, async (c, { steps, dryRun }) => {
  await c.run(\`echo \${steps * 2} \${dryRun} $VENVOY_PARAM_steps\`)
  return steps
})

export const late = task('Late', { on: 'here', needs: [{ task: migrate, with: { steps: '{{ params.n }}' } }, { task: 'migrate' }],
  params: { n: param.number({ required: true }) } }, async () => {})

export default task('All of it', { on: 'all', needs: ['migrate'] }, async (c) => {
  const steps = await c.prefix('export A=a', (c) => c.task(migrate, { steps: 4 }))
  await c.env({ B: 'b' }, (c) => c.task('release', { version: 'B' + steps }))
})
`

const files = { 'deploy.yml': deploy, 'tasks/db.ts': db }
const run = (line: string, more: Readonly<Record<string, string>> = {}) =>
  venvoy({ files: { ...files, ...more }, args: line.split(' ') })
const output = async (line: string, more = {}) =>
  (await run(line, more)).stdout.replaceAll(/ +\| /g, ': ').split('\n').slice(0, -1)

describe('tasks in TypeScript', () => {
  it('are listed with those of the file, each with what it can be told', async () => {
    const { stdout, code } = await run('list')
    expect(code).toBe(0)
    expect(stdout.split('\n\n')[0]).toBe(`task                                     on    description
hello                                    here
release --version TEXT [--force]         here  Ship it
both                                     here
db                                       all   All of it
db.late --n NUMBER                       here  Late
db.migrate [--steps NUMBER] [--dry-run]  here  Migrate`)
  })

  it('take parameters, and have them in the env', async () => {
    expect(await output('run -H here db.migrate --steps 3 --dry-run')).toEqual(['6 true 3'])
    expect(await output('run migrate')).toEqual(['4 false 2'])
  })

  it('run once for each thing that those who need them tell', async () => {
    const lines = await output('run --plain --stream both release --version a')
    expect(lines).toEqual(
      ['hello', '4 false 2', 'a false', 'b true', '10 false 5', 'both'].map((text) => `here: ${text}`),
    )
    expect(await output('run --plain --stream late --n 3')).toEqual(['here: 6 false 3', 'here: 4 false 2'])
    expect(await run('run late --help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Runs before it: db.migrate --steps {{ params.n }}, migrate\n'),
    })
  })

  it('say what is wrong with what needs tell them, before anything runs', async () => {
    const bad =
      "import { task } from 'venvoy'\nexport const a = task('A', { on: 'here', needs: [{ task: 'release', with: { version: 1, stage: 'x' } }] }, async () => {})\n"
    expect(await run('run hello', { 'tasks/bad.ts': bad })).toEqual({
      code: 2,
      stdout: '',
      stderr: `tasks/bad.ts: needs: release cannot be needed so
  with.stage: release has no parameter stage (there are version and force)
  with.version: should be text, not 1 (write it in quotes: "1")
  try: venvoy run release --version TEXT [--force]
`,
    })
  })

  it('run once for all that need them, in order', async () => {
    expect(await output('run --plain --stream release --version 1 hello migrate release --version 1')).toEqual([
      'here: hello',
      'here: 4 false 2',
      'here: 1 false',
    ])
  })

  it('run where they say, and call others in their context, those of the file too', async () => {
    expect((await output('run db')).sort()).toEqual([
      'here: 4 false 2',
      'here: 8 false 4',
      'here: B4 false',
      'there: 8 false 4',
      'there: B4 false',
    ])
  })

  it('explain themselves', async () => {
    const { stdout, code } = await run('run migrate --help')
    expect({ stdout, code }).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stdout": "Usage: venvoy run db.migrate [--steps NUMBER] [--dry-run]

      Migrate

      Options:
        --steps NUMBER  (default: 2)
        --dry-run       Only look

      Runs on: here

      venvoy's own options stand before the task's name: venvoy run --help
      ",
      }
    `)
  })

  it('say what they throw, with the line that threw it', async () => {
    const bad =
      "import { task } from 'venvoy'\n\nexport const bad = task('x', async () => {\n  throw new Error('three\\nis too many')\n}, { on: 'here' })\n"
    const { stderr, code } = await run('run --plain bad', { 'tasks/bad.ts': bad })
    // Which function it was is said differently by every Node.
    expect({ stderr: stderr.replace(/at .* \(PROJECT/, 'at … (PROJECT'), code }).toMatchInlineSnapshot(`
      {
        "code": 1,
        "stderr": "here: the task threw Error: three
        is too many
        at … (PROJECT/tasks/bad.ts:4:9)
      1 failed in N s
      repeat: venvoy run --plain bad
      logs: HOME/.local/state/venvoy/runs/ID
      ",
      }
    `)
  })

  const mistakes: readonly [line: string, said: string][] = [
    ['run release', 'release: --version is missing\n  try: venvoy run release --version TEXT [--force]\n'],
    [
      'run migrate --stesp 3',
      'db.migrate: it has no option --stesp (did you mean --steps?)\n  try: venvoy run db.migrate [--steps NUMBER] [--dry-run]\n',
    ],
    [
      'run hello -H here',
      "hello: it has no option -H; venvoy's own stand before the task: venvoy run -H … hello\n  try: venvoy run hello\n",
    ],
    [
      'run migrat',
      'no task "migrat" in deploy.yml or tasks/ (there are hello, release, both, db, db.late and db.migrate)\n  try: venvoy list\n',
    ],
  ]
  it.each(mistakes)('refuse: venvoy %s', async (line, said) => {
    expect(await run(line)).toEqual({ stdout: '', stderr: said, code: 2 })
  })

  const task = (options: string) =>
    `import { task } from 'venvoy'\nexport const a = task('x', ${options}, async () => {})\n`
  const wrong: readonly [what: string, more: Record<string, string>, said: string][] = [
    [
      'a name that two have',
      { 'tasks/hello.ts': task('{}').replace('a =', 'hello =') },
      'tasks/hello.ts: task hello is already in deploy.yml\n  try: rename one of them\n',
    ],
    [
      'a name that several files have',
      { 'tasks/x.ts': task('{}'), 'tasks/y.ts': task('{}') },
      'several tasks are called a\n  there are: x.a, y.a\n  try: venvoy run x.a\n',
    ],
    [
      'a place that is none',
      { 'tasks/x.ts': task("{ on: ['hre'] }") },
      'tasks/x.ts: x.a: on: unknown instance, host or group "hre" (did you mean here?)\n',
    ],
    [
      'a need that is none',
      { 'tasks/x.ts': task("{ needs: ['migrat'] }") },
      'tasks/x.ts: needs: no task "migrat" in deploy.yml or tasks/ (there are hello, release, both, db, db.late, db.migrate and x.a)\n  try: venvoy list\n',
    ],
    [
      'a circle',
      { 'tasks/x.ts': task("{ needs: ['b'] }") + task("{ needs: ['a'] }").split('\n')[1]!.replace('a =', 'b =') },
      'tasks/x.ts: needs: goes in a circle: x.a → x.b → x.a\n',
    ],
    [
      'a parameter that does not fit',
      { 'tasks/x.ts': task("{ params: { n: { type: 'number', default: 'x' } } }") },
      "tasks/x.ts:2: params.n: default: should be a number\n  2 | export const a = task('x', { params: { n: { type: 'number', default: 'x' } } }, async () => {})\n",
    ],
    [
      'a syntax error',
      { 'tasks/x.ts': 'export const a = 1\nexport const b = (\n' },
      'tasks/x.ts:3: Unexpected token\n',
    ],
    [
      'an error of its own',
      {
        'tasks/x.ts':
          'interface A { b: string }\nexport const a = f(undefined)\nfunction f(a?: A): string {\n  return a!.b\n}\n',
      },
      "tasks/x.ts:4: Cannot read properties of undefined (reading 'b')\n  4 |   return a!.b\n  from tasks/x.ts:2\n",
    ],
    [
      'a file that is not there',
      { 'tasks/x.ts': "import { y } from './nowhere.js'\ny()\n" },
      "tasks/x.ts:1: Cannot find module './nowhere.js'\n  1 | import { y } from './nowhere.js'\n",
    ],
  ]
  it.each(wrong)('refuse %s', async (_, more, said) => {
    expect(await run('run a', more)).toEqual({ stdout: '', stderr: said, code: 2 })
  })

  it('may use all of TypeScript, and one another', async () => {
    const more = {
      'tasks/colors.ts': 'export enum Color { Red = "red" }\n',
      'tasks/paint.ts':
        "import { task } from 'venvoy'\nimport { Color } from './colors.js'\nexport const paint = task('x', { on: 'here' }, (c) => c.run('echo ' + Color.Red))\n",
    }
    expect(await output('run paint', more)).toEqual(['red'])
  })

  it('are compiled into a folder that only its owner sees, even one that was there before', async () => {
    const home = newFolder()
    const folder = join(home, '.cache', 'venvoy', 'tasks')
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    expect((await venvoy({ files, args: ['list'], home })).code).toBe(0)
    // Node compiles nothing where it can strip types by itself.
    const isOurs = !('typescript' in process.features)
    expect((statSync(folder).mode & 0o777).toString(8)).toBe(isOurs ? '700' : '755')
  })
})
