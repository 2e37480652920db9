import { expect, it } from 'vitest'
import { glimpseTasks } from '../../src/cli/completion/glimpsed-tasks.js'
import { taskCandidates } from '../../src/cli/completion/task-candidates.js'
import { fileParams } from '../../src/config/file-params.js'

const file = `tasks:
  release:
    params:
      version: { required: true, help: "what to\\n ship" }
      stage: { choices: [live, test, "$(rm x)"] }
      dry_run: { type: flag, default: true }
      Wrong: { choices: x, type: [1] }
      keep: { type: number, choices: [1, 3], help: }
  hello: echo
  broken: { params: [a, { b: `

const code = `const params = { days: param.number({ default: 2 }), dryRun: param.flag({ help: 'Only look' }) }
export const migrate = task('Migrate', { on: 'here', params }, async (c, { days }) => {})
export const dump = task("Dump it", { params: {
  format: param.choice(['plain', "custom"], { default: 'plain', help: 'How' }), check: param.flag({ default: true }),
} }, async (c) => { await c.run('params') })
export const plain = task('Plain', async (c) => {})
const other = { to: param.string() }
`

const params = fileParams([file])
const tasks = new Map([
  ...[...params].map(([name, each]) => [name, { description: '', params: each }] as const),
  ...glimpseTasks(code),
])

const cases: readonly (readonly [typed: string, offered: string])[] = [
  ['release --|', '--version --stage --no-dry-run --keep --help'],
  ['release --version 1.4 --|', '--stage --no-dry-run --keep --help'],
  ['release --version=1.4 --dry-run --|', '--stage --keep --help'],
  ['release --no-dry-run --|', '--version --stage --keep --help'],
  ['release --stage |', 'live test'],
  ['release --stage=|', '--stage=live --stage=test'],
  ['release --keep |', '1 3'],
  ['release --version |', ''],
  ['release --nonsense=|', ''],
  ['release --dry-run |', 'release hello broken migrate dump plain'],
  ['release --stage live hello --|', '--help'],
  ['hello release --|', '--version --stage --no-dry-run --keep --help'],
  ['migrate --|', '--days --dry-run --help'],
  ['db.migrate -|', '--days --dry-run --help'],
  ['dump --format |', 'plain custom'],
  ['dump --|', '--format --no-check --help'],
  ['plain --|', '--help'],
  ['unknown --|', '--help'],
]
it.each(cases)('offers behind "run %s" what the task can be told', (typed, offered) => {
  const found = taskCandidates(typed.replace('|', '').split(' '), tasks)
  expect(found.map(({ word }) => word).join(' ')).toBe(offered)
})

it('says what options are for', () => {
  expect(taskCandidates(['release', '--v'], tasks)[0]).toEqual({ word: '--version', description: 'what to ship' })
  expect(taskCandidates(['dump', '-'], tasks)[0]).toEqual({ word: '--format', description: 'How' })
})
