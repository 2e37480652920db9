import { afterEach, describe, expect, it } from 'vitest'
import { rollOut } from '../../src/cli/rollout.js'
import type { Rollout } from '../../src/config/rollout.js'
import type { RunStep } from '../../src/operations/step.js'
import type { Work } from '../../src/run/apply.js'
import type { Run } from '../../src/run/run.js'
import { shell } from '../../src/shell/command.js'
import { emptyContext } from '../../src/shell/context.js'
import { localHost } from '../support/session.js'

const hosts: ReturnType<typeof localHost>[] = []
afterEach(() => {
  for (const host of hosts.splice(0)) host.remove()
})

const step = (title: string, text: string): RunStep => ({
  ...{ kind: 'run', title, lines: [], command: shell(text), context: emptyContext, retries: 0, warnOnly: false },
})

/** An instance on a host of this machine; on the host `bad` it cannot be prepared. */
const work = (instance: string, host: string, rollout?: Rollout): Work => ({
  host: { name: host, local: false, env: {}, vars: {} },
  instance,
  question: { name: instance, to: '~/app', home: '~/.virtualenvs', venvName: instance, python: '3', inputs: '' },
  ...(rollout && { rollout }),
  plan: () => ({
    ...{ host, instance, notes: [] },
    prepare: [step('prepare', host === 'bad' ? 'exit 1' : 'true')],
    switch: [step('switch', 'true')],
  }),
})

/** What was done, in order, and how each instance on each host ended. */
async function rolledOut(works: readonly Work[], options: { serial?: readonly number[]; failFast?: boolean } = {}) {
  const done: string[] = []
  const run: Run = {
    emit: (event) => event.type === 'step:start' && done.push(`${event.title} ${event.host}`),
    signal: new AbortController().signal,
    onCancel: () => () => {},
    now: Date.now,
    parallel: 64,
    failFast: options.failFast ?? false,
    again: () => '',
    connect: async () => {
      const host = localHost()
      hosts.push(host)
      return host.connection
    },
  }
  const results = await rollOut(run, works, { parallel: 64, ...options }, false)
  return { done, outcomes: results.map(({ instance, host, outcome }) => `${instance}@${host} ${outcome}`) }
}

describe('a deploy', () => {
  it('switches an instance when all its hosts are prepared', async () => {
    const { done } = await rolledOut([work('shop', 'a'), work('shop', 'b')])
    expect(done.map((each) => each.split(' ')[0])).toEqual(['prepare', 'prepare', 'switch', 'switch'])
  })

  it('in batches prepares and switches each by itself', async () => {
    const { done } = await rolledOut([work('shop', 'a'), work('shop', 'b')], { serial: [1] })
    expect(done).toEqual(['prepare a', 'switch a', 'prepare b', 'switch b'])
  })

  it('switches nothing more after a host that failed', async () => {
    const works = ['a', 'bad', 'c'].map((host) => work('shop', host, { serial: [1] }))
    expect(await rolledOut(works)).toEqual({
      done: ['prepare a', 'switch a', 'prepare bad'],
      outcomes: ['shop@a changed', 'shop@bad failed', 'shop@c skipped'],
    })
  })

  it('switches the other hosts where so many may fail', async () => {
    const works = ['a', 'bad', 'c'].map((host) => work('shop', host, { maxFailures: 2 }))
    const { outcomes } = await rolledOut(works)
    expect(outcomes).toEqual(['shop@a changed', 'shop@bad failed', 'shop@c changed'])
  })

  it('takes instances with other batches one after the other, and ends where it is told to', async () => {
    const works = [work('shop', 'bad'), work('blog', 'a', { serial: [1] })]
    expect((await rolledOut(works)).outcomes).toEqual(['shop@bad failed', 'blog@a changed'])
    expect((await rolledOut(works, { failFast: true })).outcomes).toEqual(['shop@bad failed', 'blog@a skipped'])
  })
})
