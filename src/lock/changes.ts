import { normalName } from './name.js'

type Versions = readonly (readonly [name: string, version: string])[]

/**
 * What becomes of the packages, a line each, by name: `django 5.1.4 → 5.1.5`, `+ pillow 11.0.0`, `- six 1.17.0`. What stays
 * is left out. Of a name with several versions (for several hosts) each is listed.
 */
export function changeLines(before: Versions, after: Versions): string[] {
  const [was, is] = [group(before), group(after)]
  const names = [...new Set([...was.keys(), ...is.keys()])].sort()
  return names.flatMap((name) => {
    const [old, now] = [was.get(name) ?? [], is.get(name) ?? []]
    const gone = old.filter((version) => !now.includes(version))
    const come = now.filter((version) => !old.includes(version))
    if (gone.length > 0 && come.length > 0) return [`${name} ${gone.join(', ')} → ${come.join(', ')}`]
    return [...gone.map((version) => named('-', name, version)), ...come.map((version) => named('+', name, version))]
  })
}

/** So many lines at most, and then how many more there are. */
export function shortened(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines]
  return [...lines.slice(0, most), `and ${lines.length - most} more`]
}

const named = (mark: string, name: string, version: string): string => `${mark} ${name} ${version}`.trimEnd()

function group(packages: Versions): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const [name, version] of packages) {
    const key = normalName(name)
    found.set(key, [...(found.get(key) ?? []), version])
  }
  return found
}
