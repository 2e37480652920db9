import { describe, expect, it } from 'vitest'
import type { Rollout } from '../../src/config/rollout.js'
import type { HostSpec } from '../../src/config/spec.js'
import { inBatches } from '../../src/run/batches.js'
import { emitEnd, unreached } from '../../src/run/hosts.js'
import type { Run } from '../../src/run/run.js'

const unreachable = { kind: 'unreachable', what: 'it does not answer' } as const

/** Runs hosts one at a time; those of `bad` cannot be reached. What was done in which batch, the outcomes, and the warnings. */
async function rolledOut(count: number, rollout: Rollout, bad: readonly number[], more: Partial<Run> = {}) {
  const warnings: string[] = []
  const run: Run = {
    emit: (event) => event.type === 'run:note' && warnings.push(event.text),
    signal: new AbortController().signal,
    onCancel: () => () => {},
    now: () => 0,
    parallel: 1,
    failFast: false,
    again: () => '',
    connect: () => Promise.reject(new TypeError('nothing is connected here')),
    ...more,
  }
  const targets = Array.from({ length: count }, (_, i) => ({
    host: { name: `${i + 1}`, local: false, env: {}, vars: {} } satisfies HostSpec,
  }))
  const batches: string[] = []
  const results = await inBatches(run, targets, rollout, async (batch, own, limit) => {
    batches.push(`${own.map(({ host }) => host.name).join(' ')} (${limit})`)
    return own.map(({ host }) => {
      const place = { host: host.name }
      if (batch.isOver?.()) return emitEnd(batch, unreached(batch, place, undefined))
      if (bad.includes(Number(host.name))) return emitEnd(batch, unreached(batch, place, unreachable))
      return emitEnd(batch, { ...place, outcome: 'ok', steps: 0, ms: 0 })
    })
  })
  return { batches, outcomes: results.map(({ outcome }) => outcome[0]).join(''), warnings }
}

describe('batches of hosts', () => {
  it('are begun in order, until a host fails', async () => {
    expect(await rolledOut(6, { serial: [1, 2] }, [3])).toEqual({
      batches: ['1 (1)', '2 3 (1)'],
      outcomes: 'oofsss',
      warnings: ['1 of 6 hosts failed; the limit is 1: the rest is not begun'],
    })
  })

  it('go on while fewer fail than the file says', async () => {
    expect(await rolledOut(12, { serial: ['25%'], maxFailures: '25%' }, [1, 5, 6, 7])).toEqual({
      batches: ['1 2 3 (3)', '4 5 6 (2)'],
      outcomes: 'foooffssssss',
      warnings: ['3 of 12 hosts failed; the limit is 25 % (3): the rest is not begun'],
    })
  })

  it('say nothing of a limit that is reached in the last one', async () => {
    expect(await rolledOut(2, { serial: [1] }, [2])).toMatchObject({ outcomes: 'of', warnings: [] })
  })

  it('are one without a size, in which no host is begun after too many failures', async () => {
    expect(await rolledOut(5, { maxFailures: 2 }, [1, 3])).toEqual({
      batches: ['1 2 3 4 5 (2)'],
      outcomes: 'fofss',
      warnings: ['2 of 5 hosts failed; the limit is 2: the rest is not begun'],
    })
  })

  it('without a limit go on', async () => {
    expect(await rolledOut(3, {}, [1])).toEqual({ batches: ['1 2 3 (1)'], outcomes: 'foo', warnings: [] })
  })

  it('end at the first failure when told so, also within a batch', async () => {
    const failFast = await rolledOut(4, { serial: [2], maxFailures: 4 }, [1], { failFast: true })
    expect(failFast).toMatchObject({ batches: ['1 2 (4)'], outcomes: 'fsss' })
  })
})
