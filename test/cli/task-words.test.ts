import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.js'
import { markTaskWords } from '../../src/cli/task-words.js'

const never = () => Promise.reject(new Error('nothing is run'))
const program = createProgram(never, {
  deploy: never,
  rollback: never,
  remove: never,
  services: never,
  freeze: never,
  venvRollback: never,
})
const mark = (line: string) => markTaskWords(program, line.split(' ')).join(' ')

describe('the words behind run', () => {
  it.each([
    ['run a', 'run -- a'],
    ['run a --x 1 b', 'run -- a --x 1 b'],
    ['run -H web1 a -H web2', 'run -H web1 -- a -H web2'],
    ['-f x.yml run --host=web1 -q a', '-f x.yml run --host=web1 -q -- a'],
    ['run -qH web1 a', 'run -qH web1 -- a'],
    ['run -qHweb1 a', 'run -qHweb1 -- a'],
    ['run -P 3 --set a=b -i x --fail-fast a', 'run -P 3 --set a=b -i x --fail-fast -- a'],
    ['-f run run run --version', '-f run run -- run --version'],
    ['run a -- b', 'run -- a -- b'],
  ])('%j are %j', (line, marked) => {
    expect(mark(line)).toBe(marked)
  })

  it.each([
    'run',
    'run --help',
    'run -H',
    'run -- a --x',
    'deploy run -H web1',
    'exec -- run a',
    '--version',
    '-f run',
  ])('%j are left alone', (line) => {
    expect(mark(line)).toBe(line)
  })
})
