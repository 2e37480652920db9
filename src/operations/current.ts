import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { InstanceFacts } from '../facts/facts.js'
import type { SwitchBackInput, SwitchInput } from '../remote/instance-input.js'
import { exec, path } from '../shell/command.js'
import { hostContext } from './context.js'
import { afterSwitch } from './hooks.js'
import { placeOf } from './state.js'
import type { HelperStep, RunStep, Step } from './step.js'

/** What the journal says of a switch. */
export interface Switching {
  /** What is left by a rollback is not what a later rollback means. Default: `deploy`. */
  readonly how?: 'deploy' | 'rollback' | 'venv-rollback'
  /** Who does it, from where: `ann@laptop`. Default: who made the release. */
  readonly by?: string
  /** What the record of the run is called. */
  readonly run?: string | undefined
}

/** Turns `current` to a release: code and venv together, by one rename. */
export function switchTo(
  spec: InstanceSpec,
  facts: InstanceFacts,
  number: number,
  python: string,
  { how = 'deploy', by, run }: Switching = {},
): HelperStep {
  return {
    kind: 'helper',
    title: `switch to release ${number}`,
    lines: [facts.current === undefined ? 'nothing serves yet' : `from release ${facts.current.number}`],
    python,
    action: 'switch',
    input: {
      to: facts.to,
      number,
      generation: facts.generation,
      home: facts.home,
      name: spec.venv.name,
      how,
      ...(by !== undefined && { by }),
      ...(run !== undefined && { run }),
    } satisfies SwitchInput,
    switches: true,
  }
}

/**
 * Undoes a switch to a release: what served before serves again, with its services (`restart`) and `after_switch`, and the release is marked as failed. Where
 * nothing served before, that mark is all.
 */
export function switchBack(
  spec: InstanceSpec,
  { to, home, current, generation }: InstanceFacts,
  number: number,
  python: string,
  { by, run, restart = [] }: Omit<Switching, 'how'> & { readonly restart?: readonly Step[] } = {},
): Step[] {
  const before = current?.number
  const isBack = before !== undefined && before !== number
  const step: HelperStep = {
    kind: 'helper',
    title: isBack ? `switch back to release ${before}` : `mark release ${number} as failed`,
    lines: [],
    python,
    action: 'switch-back',
    input: {
      ...{ to, number, generation, home, name: spec.venv.name },
      ...(isBack && { back: before }),
      ...(by !== undefined && { by }),
      ...(run !== undefined && { run }),
    } satisfies SwitchBackInput,
    undone: isBack
      ? `switched back: release ${before} serves again`
      : `nothing served before: release ${number} stays, marked as failed`,
  }
  return isBack ? [step, ...restart, ...afterSwitch(spec)] : [step]
}

/** Behind the switch and all that belongs to it: the mark that says that they have not come to their end is taken away. */
export const endSwitch = (spec: InstanceSpec): RunStep => ({
  kind: 'run',
  title: 'note that the switch has come to its end',
  lines: [],
  command: exec('rm', '-f', '--', path(`${spec.to}/.venvoy/unsettled`)),
  context: hostContext(spec.host),
  retries: 0,
  warnOnly: false,
  quiet: true,
})

/** Throws where `current` is something else than our link to a whole release: it is not ours to replace. */
export function assertSwitchable(spec: InstanceSpec, { currentProblem }: InstanceFacts): void {
  if (currentProblem === undefined) return
  const current = `${spec.to}/current`
  throw new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `${current} is not a link to a release`,
    why: [`it ${currentProblem}`],
    next: `see what it is, and move it away: mv ${current} ${current}.before-venvoy`,
  })
}
