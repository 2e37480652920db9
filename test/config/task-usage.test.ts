import { expect, it } from 'vitest'
import { paramSpec } from '../../src/config/params.js'
import { helpOf } from '../../src/config/task-usage.js'

it('explains a task', () => {
  const params = [
    paramSpec('force', { type: 'flag', help: 'Even if it is there' }),
    paramSpec('version', { required: true, help: 'What to ship' }),
    paramSpec('stage', { choices: ['live', 'test'], default: 'test' }),
    paramSpec('maxAge', { type: 'number', default: 3, help: 'Days' }),
    paramSpec('check', { type: 'flag', default: true }),
  ]
  const needs = [
    { task: 'build', with: { target: 'web', force: true, check: false, days: 3, none: null } },
    { task: 'db.migrate', with: {} },
  ]
  const task = { name: 'release', description: 'Ship it', on: ['web1', 'web2'], params, needs }
  expect(
    helpOf(task),
  ).toBe(`Usage: venvoy run release --version TEXT [--force] [--stage live|test] [--max-age NUMBER] [--no-check]

Ship it

Options:
  --force            Even if it is there
  --version TEXT     What to ship (required)
  --stage live|test  (default: test)
  --max-age NUMBER   Days (default: 3)
  --no-check

Runs on: web1, web2
Runs before it: build --target web --force --no-check --days 3, db.migrate

venvoy's own options stand before the task's name: venvoy run --help`)
})

it('explains a task that can be told nothing', () => {
  expect(helpOf({ name: 'a', description: '', on: 'instances', params: [], needs: [] })).toBe(
    "Usage: venvoy run a\n\nRuns on: instances\n\nvenvoy's own options stand before the task's name: venvoy run --help",
  )
})
