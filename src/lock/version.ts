import { compare, explain, satisfies as fits, validRange } from '@renovatebot/pep440'

/** Whether a version is in a set as PEP 440 writes it: `>=3.9,<4`. Pre-releases count. Undefined: it is no such set. */
export function satisfies(version: string, specifier: string): boolean | undefined {
  // `python_version in "3.8 3.9"` is about texts
  if (!/^\s*[=!<>~]/.test(specifier) || !validRange(specifier) || explain(version) === null) return undefined
  return specifier.split(',').every((part) => fits(padded(version, part), part, { prereleases: true }))
}

/** `3` is in `==3.0.*` although it has but one part. */
function padded(version: string, specifier: string): string {
  // '==3.11.0.*' → 3 parts
  const parts = /^\s*[=!]=\s*([\d.]+)\.\*\s*$/.exec(specifier)?.[1]?.split('.').length ?? 0
  const own = version.split('.').length
  return /^[\d.]+$/.test(version) && own < parts ? version + '.0'.repeat(parts - own) : version
}

/** Older first; what is no version at all comes before all others. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => explain(version) !== null)
  if (!left || !right) return left === right ? (a < b ? -1 : a > b ? 1 : 0) : left ? 1 : -1
  return compare(a, b)
}
