import type { InstanceSpec } from '../config/spec.js'
import type { InstanceFacts } from '../facts/facts.js'
import type { PruneInput } from '../remote/venv-input.js'
import type { HelperStep } from './step.js'
import type { VenvWork } from './venv.js'

/**
 * Removes the venvs of an instance beyond `venv.keep`, and packages under none; nothing where the file does not say how many stay,
 * or there are no more. The host leaves what a release or a link leads to, what runs, and what is younger than a day.
 */
export function retireVenvs({ venv, to }: InstanceSpec, state: InstanceFacts, serves: VenvWork): HelperStep[] {
  const { keep, name } = venv
  const paths = new Set([...(state.built ?? []).map(({ path }) => path), serves.path])
  if (keep === undefined || paths.size <= keep) return []
  const step: HelperStep = {
    kind: 'helper',
    title: `remove venvs ${name} beyond keep: ${keep}`,
    lines: ['older ones that nothing leads to'],
    python: serves.python,
    action: 'prune',
    input: {
      ...{ home: state.home, instances: [to], now: false, dry: false },
      ...{ keep: { [name]: keep }, only: [name] },
    } satisfies PruneInput,
  }
  return [step]
}
