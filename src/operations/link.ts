import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { InstanceFacts } from '../facts/facts.js'
import type { LinkInput } from '../remote/instance-input.js'
import { placeOf } from './state.js'
import type { HelperStep } from './step.js'

/** The text of an instance's link in WORKON_HOME: it follows `current`. */
export const instanceLink = (facts: InstanceFacts): string => `${facts.to}/current/venv`

/** What the journal says of a link without a release. */
interface Turning {
  readonly how?: 'create' | 'venv-rollback'
  /** Who does it, from where: `ann@laptop`. */
  readonly by: string
}

/** The link by which `workon` finds a venv; nothing where it is there. Throws where that name is somebody else's. */
export function link(
  spec: InstanceSpec,
  facts: InstanceFacts,
  target: string,
  python: string,
  turning?: Turning,
): HelperStep[] {
  assertOurs(spec, facts)
  if (facts.homeEntry === target) return []
  const { home, name } = spec.venv
  const step: HelperStep = {
    kind: 'helper',
    title: `link ${home}/${name}`,
    lines: [`to ${target}`, ...(facts.homeEntry === undefined ? [] : [`it was ${facts.homeEntry}`])],
    python,
    action: 'link',
    input: {
      ...{ home: facts.home, name, venv: target, expected: facts.homeEntry ?? null },
      ...(turning && { noted: { how: turning.how ?? 'create', by: turning.by } }),
    } satisfies LinkInput,
  }
  return [step]
}

/** Throws where `<home>/<name>` is no link to a venv of ours: it is neither replaced nor removed. */
export function assertOurs(spec: InstanceSpec, { home, homeEntry }: InstanceFacts): void {
  if (homeEntry === undefined || homeEntry.startsWith(`${home}/.venvoy/`) || homeEntry.endsWith('/current/venv')) return
  const kinds: Record<string, string> = { directory: 'a folder', file: 'a file', link: 'a link' }
  const entry = `${spec.venv.home}/${spec.venv.name}`
  throw new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `${entry} exists and is not venvoy's`,
    why: [`it is ${kinds[homeEntry] ?? `a link to ${homeEntry}`}`],
    next: `give this venv another name (venv.name), or move that one away: mv ${entry} ${entry}.before-venvoy`,
  })
}
