import type { InstalledPackage } from '../remote/helper.js'
import { holds, type MarkerValues } from './marker-values.js'
import { parseRequirement, type Requirement } from './requirement.js'

/** Which of the installed packages each needs, by name and sorted, and those that none of the others needs. */
export interface InstalledGraph {
  readonly needs: ReadonlyMap<string, readonly string[]>
  /** From these all packages are reached. */
  readonly roots: readonly string[]
}

/**
 * The graph that Requires-Dist draws, its markers decided by `values`. An extra counts where one of the packages asks for it; what
 * is needed and not installed is left out.
 */
export function installedGraph(packages: readonly InstalledPackage[], values: MarkerValues): InstalledGraph {
  const requirements = new Map(packages.map(({ name, requires }) => [name, requires.flatMap(readable)]))
  const extras = askedExtras(requirements, values)
  const needs = new Map(
    [...requirements].map(([name, all]) => {
      const wanted = all.filter((each) => counts(each, extras.get(name)!, values)).map((each) => each.name)
      return [name, [...new Set(wanted)].filter((other) => other !== name && requirements.has(other)).sort()] as const
    }),
  )
  return { needs, roots: rootsOf(needs) }
}

/** The extras of each package that another one asks for; asking for one can bring in others. */
function askedExtras(
  requirements: ReadonlyMap<string, readonly Requirement[]>,
  values: MarkerValues,
): ReadonlyMap<string, ReadonlySet<string>> {
  const extras = new Map([...requirements.keys()].map((name) => [name, new Set<string>()]))
  const waiting = [...requirements.keys()]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const wanted = requirements.get(name)!.filter((each) => counts(each, extras.get(name!)!, values))
    for (const { name: other, extras: asked } of wanted) {
      const own = extras.get(other)
      const more = asked.filter((extra) => own?.has(extra) === false)
      for (const extra of more) own!.add(extra)
      if (more.length > 0) waiting.push(other)
    }
  }
  return extras
}

const counts = ({ marker }: Requirement, extras: ReadonlySet<string>, values: MarkerValues): boolean =>
  marker === undefined || ['', ...extras].some((extra) => holds(marker, { ...values, extra }))

/** What nobody can read is told by no graph; pip warns of it when it installs. */
function readable(text: string): Requirement[] {
  try {
    return [parseRequirement(text)]
  } catch {
    return []
  }
}

/** Packages that need one another have no root of their own: the first of them by name stands for them. */
function rootsOf(needs: InstalledGraph['needs']): string[] {
  const needed = new Set([...needs.values()].flat())
  const names = [...needs.keys()].sort()
  const roots: string[] = []
  const reached = new Set<string>()
  const reach = (name: string): void => {
    if (reached.has(name)) return
    reached.add(name)
    for (const other of needs.get(name)!) reach(other)
  }
  for (const name of [...names.filter((each) => !needed.has(each)), ...names]) {
    if (reached.has(name)) continue
    roots.push(name)
    reach(name)
  }
  return roots.sort()
}
