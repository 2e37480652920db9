import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { InstanceFacts } from '../facts/facts.js'
import type { SwitchInput } from '../remote/instance-input.js'
import { placeOf } from './state.js'
import type { HelperStep } from './step.js'

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
