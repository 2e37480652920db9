import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const bench = join(import.meta.dirname, '..', '..', 'bench', 'main.mjs')

it('round trips, bytes, processes on the host and modules are not more than those recorded in bench/counts.json', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bench, '--check'], { encoding: 'utf8' })
  console.log(stdout)
  expect({ status, stderr, grown: stdout.split('\n').filter((line) => line.endsWith(': more')) }).toEqual({
    status: 0,
    stderr: '',
    grown: [],
  })
}, 180_000)
