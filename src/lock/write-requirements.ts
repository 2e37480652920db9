import type { LockedPackage } from './lock.js'

/** The comment in which a lockfile of ours says what it was made from: `# venvoy lock, inputs 0f3c…`. */
export const inputsComment = '# venvoy lock, inputs '

type Hashed = Pick<LockedPackage, 'name' | 'version' | 'marker' | 'hashes' | 'origin'>

/**
 * Requirements with hashes, as pip and everyone reads them, in the order given. What comes from a URL says it; what comes
 * from elsewhere than an index has no place here.
 */
export const hashedRequirements = (packages: readonly Hashed[]): string => packages.map(entryOf).join('')

function entryOf({ name, version, marker, hashes, origin }: Hashed): string {
  const place = origin?.kind === 'url' ? `${name} @ ${origin.url}` : `${name}==${version}`
  const lines = [
    marker === undefined ? place : `${place} ; ${marker}`,
    ...hashes.map((hash) => `--hash=sha256:${hash}`),
  ]
  return `${lines.join(' \\\n    ')}\n`
}
