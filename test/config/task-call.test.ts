import { describe, expect, it } from 'vitest'
import { type ParamSpec, paramSpec, type WrittenParam } from '../../src/config/params.js'
import { readCalls } from '../../src/config/task-call.js'
import { VenvoyError } from '../../src/errors.js'

const paramsOf = (written: Readonly<Record<string, WrittenParam>>): ParamSpec[] =>
  Object.entries(written).map(([name, param]) => paramSpec(name, param))

const tasks = [
  {
    name: 'release',
    params: paramsOf({
      version: { required: true },
      force: { type: 'flag' },
      stage: { choices: ['live', 'test'], default: 'test' },
      dry_run: { type: 'flag', default: true },
      maxAge: { type: 'number' },
    }),
  },
  { name: 'hello', params: [] },
]

const find = (name: string) => {
  const task = tasks.find((each) => each.name === name)
  if (task === undefined) throw new VenvoyError({ kind: 'config', what: `no task ${name}` })
  return task
}

/** The calls that words make, or what is said of them. */
function read(line: string | readonly string[]) {
  const words = typeof line === 'string' ? line.split(' ') : line
  try {
    const found = readCalls(words, { find, own: ['-H', '--host'] })
    return 'help' in found
      ? `help of ${found.help.name}`
      : found.calls.map(({ task, values }) => [task.name, values] as const)
  } catch (error) {
    return error instanceof VenvoyError ? error.message : error
  }
}

describe('readCalls', () => {
  const defaults = { force: false, stage: 'test', dry_run: true }

  it.each([
    ['hello', [['hello', {}]]],
    [
      'hello hello',
      [
        ['hello', {}],
        ['hello', {}],
      ],
    ],
    ['release --version 1.4', [['release', { ...defaults, version: '1.4' }]]],
    ['release --version=1.4 --force', [['release', { ...defaults, version: '1.4', force: true }]]],
    [
      'hello release --force --version 1 hello',
      [
        ['hello', {}],
        ['release', { ...defaults, version: '1', force: true }],
        ['hello', {}],
      ],
    ],
    ['release --version 1 --no-dry-run', [['release', { ...defaults, version: '1', dry_run: false }]]],
    ['release --version 1 --dry_run=false', [['release', { ...defaults, version: '1', dry_run: false }]]],
    ['release --version 1 --max-age -1.5', [['release', { ...defaults, version: '1', maxAge: -1.5 }]]],
    ['release --version -1', [['release', { ...defaults, version: '-1' }]]],
    ['release --version=--force', [['release', { ...defaults, version: '--force' }]]],
    ['release --version=a=b', [['release', { ...defaults, version: 'a=b' }]]],
    ['release --version=', [['release', { ...defaults, version: '' }]]],
    ['hello release --help', 'help of release'],
    ['release -h', 'help of release'],
  ])('reads %j', (line, expected) => {
    expect(read(line)).toEqual(expected)
  })

  it('takes a value to the byte', () => {
    expect(read(['release', '--version', "it's\ntwo"])).toEqual([['release', { ...defaults, version: "it's\ntwo" }]])
  })

  const usage =
    '\n  try: venvoy run release --version TEXT [--force] [--stage live|test] [--no-dry-run] [--max-age NUMBER]'

  it.each([
    ['release', `release: --version is missing${usage}`],
    ['release --version', `release: --version needs a value${usage}`],
    ['release --version --force', `release: --version needs a value${usage}`],
    ['release --version 1 --version 2', `release: --version is given twice${usage}`],
    ['release --version 1 --stage prod', `release: --stage should be live or test, not "prod"${usage}`],
    ['release --version 1 --max-age old', `release: --max-age should be a number, not "old"${usage}`],
    ['release --version 1 --force=maybe', `release: --force should be true or false, not "maybe"${usage}`],
    ['release --version 1 --forse', `release: it has no option --forse (did you mean --force?)${usage}`],
    [
      'release --stage prod --forse',
      `release: it has no option --forse (did you mean --force?)\n  --version is missing\n  --stage should be live or test, not "prod"${usage}`,
    ],
    ['hello --x', 'hello: it has no option --x\n  try: venvoy run hello'],
    [
      'hello --host web1',
      "hello: it has no option --host; venvoy's own stand before the task: venvoy run --host … hello\n  try: venvoy run hello",
    ],
    [
      'hello -Hweb1',
      "hello: it has no option -Hweb1; venvoy's own stand before the task: venvoy run -Hweb1 … hello\n  try: venvoy run hello",
    ],
    ['release --version 1 2', 'no task 2'],
  ])('refuses %j', (line, said) => {
    expect(read(line)).toBe(said)
  })
})
