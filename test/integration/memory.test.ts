import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { run, task } from '../../src/index.js'
import { localHost } from '../support/session.js'

const steps = process.env.VENVOY_TEST_ALL ? 10_000 : 2500
const host = localHost()

beforeAll(() => vi.stubEnv('HOME', host.home))
afterAll(() => {
  vi.unstubAllEnvs()
  host.remove()
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Kilobytes that live here, once all that nobody needs is gone. */
function ours(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed / 1024
}

/** `VmRSS:      1234 kB` */
const residentOf = (pid: string): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

it(`memory stays flat over ${steps} steps, here and in the runner on the host`, async () => {
  const heap: number[] = []
  const runner: number[] = []
  const many = task(
    'Many',
    async (c) => {
      const { stdout } = await c.run('echo "$PPID"')
      for (let step = 1; step <= steps; step++) {
        await c.run(`echo step ${step}`)
        // What is made once, and what the first steps warm up, is there by then.
        if (step % (steps / 5) !== 0) continue
        heap.push(ours())
        runner.push(residentOf(stdout.trim()))
      }
    },
    { on: 'hosts' },
  )
  const report = await run(many, { hosts: ['local'] })
  expect(report.exitCode).toBe(0)
  const [early = 0, , , , late = 0] = heap
  console.log(`heap of venvoy, kB: ${heap.map(Math.round).join(' ')}; the runner: ${runner.join(' ')}`)
  // Far less than one event for each step would take.
  expect(late - early).toBeLessThan(steps / 10)
  expect(runner.at(-1)! - runner[0]!).toBeLessThan(steps / 10)
}, 300_000)
