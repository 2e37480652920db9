import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { InstanceFacts } from '../facts/facts.js'
import { placeOf } from './state.js'
import type { HelperStep } from './step.js'

/** Turns `current` to a release: code and venv together, by one rename. */
export function switchTo(
  spec: InstanceSpec,
  facts: InstanceFacts,
  number: number,
  python: string,
  how: 'deploy' | 'rollback' = 'deploy',
): HelperStep {
  return {
    kind: 'helper',
    title: `switch to release ${number}`,
    lines: [facts.current === undefined ? 'nothing serves yet' : `from release ${facts.current.number}`],
    python,
    action: 'switch',
    input: { to: facts.to, number, generation: facts.generation, home: facts.home, name: spec.venv.name, how },
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
