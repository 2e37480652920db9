import type { Artifact, LockedPackage } from './lock.js'
import type { Folded } from './marker.js'
import { renderMarker } from './marker.js'
import type { Table } from './table.js'

/** What a lockfile says of a file. */
interface Written {
  readonly filename: string
  readonly digest: string
  readonly url?: string | undefined
  readonly path?: string | undefined
  readonly size?: number | undefined
}

/** `https://files.example.com/a/django-5.1.4-py3-none-any.whl#sha256=…` → `django-5.1.4-py3-none-any.whl` */
export function filenameOf(url: string): string {
  const name = url
    .replace(/[?#].*$/, '')
    .split('/')
    .at(-1)!
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** A file as lockfiles write of it: where there is a url, a path says nothing more. */
export function artifactOf({ filename, digest, url, path, size }: Written): Artifact {
  return {
    kind: filename.endsWith('.whl') ? 'wheel' : 'sdist',
    filename,
    ...(url !== undefined && { url }),
    ...(url === undefined && path !== undefined && { path }),
    digest,
    ...(size !== undefined && { size }),
  }
}

/** The hexadecimal digits of `sha256:…`. Throws for other hashes: only this one is checked. */
export function digestOf(hash: string | undefined, table: Table, key: string): string {
  // 'sha256:0f3c…'
  const digest = /^sha256:([0-9a-f]{64})$/i.exec(hash ?? '')?.[1]
  if (digest !== undefined) return digest.toLowerCase()
  throw table.fault(key, hash === undefined ? 'has no SHA-256 hash' : `is no SHA-256 hash: ${hash}`)
}

/** SHA-256 of all files, sorted, each once. */
export const hashesOf = (artifacts: readonly Artifact[]): string[] =>
  [...new Set(artifacts.map(({ digest }) => digest))].sort()

/** `https://ann:secret@index.example.com/simple` → `https://index.example.com/simple` */
export const publicUrl = (url: string): string => url.replace(/:\/\/[^/@\s]+@/, '://')

/** The marker as a property of a package, and nothing where it always holds. */
export const markerField = (marker: Folded): { readonly marker?: string } =>
  typeof marker === 'boolean' ? {} : { marker: renderMarker(marker) }

/** As a lockfile holds its packages. */
export const sorted = (packages: readonly LockedPackage[]): LockedPackage[] =>
  [...packages].sort((a, b) => compareKeys(keyOf(a), keyOf(b)))

const keyOf = ({ name, version, marker = '' }: LockedPackage): readonly string[] => [name, version, marker]

function compareKeys(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, i) => part !== b[i])
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1
}
