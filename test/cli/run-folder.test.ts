import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lastRun, makeRunFolder, runId } from '../../src/cli/run-folder.js'
import { logName } from '../../src/cli/run-record.js'
import { newFolder } from './support/venvoy.js'

const time = (second: number) => Date.UTC(2026, 0, 2, 3, 4, second)

describe('the id of a run', () => {
  it.each([
    [time(5), 0, '20260102-030405-000-0000'],
    [time(5) + 678, 0.999999999, '20260102-030405-678-zzzz'],
  ])('of %d and %d is %s', (now, random, id) => {
    expect(runId(now, random)).toBe(id)
  })
})

describe('the folders of runs', () => {
  it('are the fifty newest, for their owner only, beside what others have put there', () => {
    const runs = join(newFolder(), 'runs')
    mkdirSync(join(runs, 'mine'), { recursive: true })
    const ids = Array.from({ length: 52 }, (_, i) => runId(time(i), 0))
    for (const id of ids) makeRunFolder(runs, id)
    expect(readdirSync(runs).sort()).toEqual([...ids.slice(2), 'mine'])
    expect(statSync(join(runs, ids[51]!)).mode & 0o777).toBe(0o700)
  })
})

describe('the last run of a kind', () => {
  const runs = newFolder()
  const write = (second: number, about: object, text = JSON.stringify({ v: 1, file: '/deploy.yml', ...about })) =>
    writeFileSync(join(makeRunFolder(runs, runId(time(second), 0)), 'run.json'), text)
  write(1, { words: ['deploy'], command: 'old' })
  write(2, { words: ['deploy'], command: 'new' })
  write(3, { words: ['deploy'], command: 'dry', dryRun: true })
  write(4, { words: ['deploy'], command: 'elsewhere', file: '/other/deploy.yml' })
  write(5, { words: ['deploy'], command: 'later', v: 2 })
  write(6, {}, '{"v": 1, "file": "/dep')
  write(7, { words: ['run', 'a', 'b'], command: 'tasks' })

  it.each([
    [['deploy'], 'new'],
    [['run', 'a', 'b'], 'tasks'],
    [['run', 'a'], undefined],
  ])('for %j is %s', (words, command) => {
    expect(lastRun(runs, '/deploy.yml', words)?.command).toBe(command)
  })
})

it.each([
  ['web1.example.com', 'web1.example.com.log'],
  ['deploy@[::1]:22', 'deploy@___1__22.log'],
  ['../x', '_._x.log'],
])('names the log of %s %s', (host, name) => {
  expect(logName(host)).toBe(name)
})
