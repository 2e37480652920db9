import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts, InstanceFacts } from '../facts/facts.js'
import type { Hold } from '../facts/lock-facts.js'
import { hostContext } from '../operations/context.js'
import { assertInstance } from '../operations/remove.js'
import { stateOf } from '../operations/state.js'
import type { RunStep } from '../operations/step.js'
import { exec, path } from '../shell/command.js'
import type { Plan } from './plan.js'

/** What the columns of `venvoy deploy-lock status` are called. */
export const lockColumns = ['instance', 'host', 'state', 'by', 'since', 'what', 'until'] as const

/** Who deploys an instance, or keeps others from it. */
export function describeLock(instance: string, host: string, { lock, hold }: InstanceFacts): string[] {
  if (lock !== undefined) return [instance, host, 'deploying', lock.by, lock.since, `venvoy ${lock.command}`, '']
  if (hold === undefined) return [instance, host, 'free', '', '', '', '']
  return [instance, host, 'held', hold.by, hold.since, hold.reason ?? '', hold.until ?? '']
}

/** Nobody shall deploy. Said again, the new words count. */
export const planHold = (spec: InstanceSpec, facts: HostFacts, hold: Hold): Plan => ({
  ...emptyPlan(spec, facts),
  switch: [
    command(spec, `hold deploys of ${spec.name}`, [
      'mkdir -p -- "$1/.venvoy" && printf "%s\\n" "$2" >"$1/.venvoy/hold.tmp" && mv -f "$1/.venvoy/hold.tmp" "$1/.venvoy/hold"',
      JSON.stringify(hold),
    ]),
  ],
})

/** Everybody may deploy again; nothing where that is so. */
export function planRelease(spec: InstanceSpec, facts: HostFacts): Plan {
  const plan = emptyPlan(spec, facts)
  if (stateOf(spec, facts).hold === undefined) return plan
  return { ...plan, switch: [command(spec, `release deploys of ${spec.name}`, ['rm -f -- "$1/.venvoy/hold"'])] }
}

function emptyPlan(spec: InstanceSpec, facts: HostFacts): Plan {
  assertInstance(spec, stateOf(spec, facts))
  return { host: spec.host.name, instance: spec.name, prepare: [], switch: [], notes: [] }
}

/** `$1` is the instance's folder. */
const command = (spec: InstanceSpec, title: string, [script = '', ...words]: readonly string[]): RunStep => ({
  kind: 'run',
  title,
  lines: [],
  command: exec('sh', '-c', script, 'sh', path(spec.to), ...words),
  context: hostContext(spec.host),
  retries: 0,
  warnOnly: false,
})
