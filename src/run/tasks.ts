import type { HostSpec } from '../config/spec.js'
import type { TargetResult } from '../events.js'
import { HostRun } from './host-run.js'
import { emitEnd, type Limit, limitOf, unreached } from './hosts.js'
import { placeOf, type Run } from './run.js'
import type { TargetSteps } from './target-steps.js'

/**
 * Runs steps that are known beforehand: one connection and one channel a host. The first program is sent along with the request;
 * where nothing waits for a result, a person or this machine, it is the only one.
 * `lost`: what a host does with the running step when the connection is lost.
 */
export async function runTasks(
  run: Run,
  targets: readonly TargetSteps[],
  lost: 'finish' | 'kill',
): Promise<TargetResult[]> {
  const limit = limitOf(run)
  const byHost = groupByHost(targets)
  const results = await Promise.all([...byHost].map(([host, own]) => onHost(run, limit, host, own, lost)))
  return results.flat()
}

async function onHost(
  run: Run,
  limit: Limit,
  host: HostSpec,
  targets: readonly TargetSteps[],
  lost: 'finish' | 'kill',
): Promise<TargetResult[]> {
  return limit(async () => {
    if (run.signal.aborted || run.isOver?.())
      return targets.map((target) => emitEnd(run, unreached(run, placeOf(host.name, target.instance), undefined)))
    const began = run.now()
    const ends = await new HostRun(run, host, targets, lost).run()
    return ends.map(({ target, outcome, failure, done }) =>
      emitEnd(run, {
        ...placeOf(host.name, target.instance),
        outcome,
        ...(failure !== undefined && { failure }),
        steps: done,
        ms: run.now() - began,
      }),
    )
  })
}

function groupByHost(targets: readonly TargetSteps[]): Map<HostSpec, TargetSteps[]> {
  const groups = new Map<HostSpec, TargetSteps[]>()
  for (const target of targets) groups.set(target.host, [...(groups.get(target.host) ?? []), target])
  return groups
}
