import type { Path } from './diagnostic.js'
import type { Scope } from './scope.js'
import { sharedPath } from './values.js'

/** The files and folders that releases share; a folder ends in a slash. Reports what is in another one of them. */
export function resolveShared(written: string | readonly string[], path: Path, scope: Scope): string[] {
  const paths = [written].flat()
  const shared = paths.map((each, i) => scope.checkedText(sharedPath, each, placeOf(written, path, i)))
  for (const [i, each] of shared.entries()) {
    const outer = shared.find(
      (other, j) => other !== '' && each !== '' && isWithin(each, other) && (j < i || !isWithin(other, each)),
    )
    if (outer !== undefined) scope.findings.report(placeOf(written, path, i), `is in ${outer}, which is shared already`)
  }
  return shared.filter((each) => each !== '')
}

const placeOf = (written: string | readonly string[], path: Path, i: number): Path =>
  typeof written === 'string' ? path : [...path, i]

const isWithin = (inner: string, outer: string): boolean => `${inner}/`.startsWith(`${outer.replace(/\/$/, '')}/`)
