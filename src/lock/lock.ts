/** A file that pip can install. */
export interface Artifact {
  readonly kind: 'wheel' | 'sdist'
  /** `django-5.1.4-py3-none-any.whl` */
  readonly filename: string
  readonly url?: string
  /** In the tree, where it lies there. */
  readonly path?: string
  /** SHA-256, hexadecimal. */
  readonly digest: string
  /** Bytes. */
  readonly size?: number
}

/** Where a locked package comes from, where that is no index. */
export type Origin =
  | { readonly kind: 'vcs'; readonly url: string; readonly commit: string; readonly subdirectory?: string }
  | { readonly kind: 'url'; readonly url: string }
  /** A folder of the tree. */
  | { readonly kind: 'folder'; readonly path: string }

/** One exact version, and the files that may stand for it. */
export interface LockedPackage {
  /** Normalised: `zope-interface`. */
  readonly name: string
  readonly version: string
  /** When it is wanted, as PEP 508 says it: `sys_platform == "win32"`. Without: always. */
  readonly marker?: string
  /** `>=3.9` */
  readonly requiresPython?: string
  /** SHA-256 of every file that may be installed, hexadecimal, sorted. Empty for a folder or a VCS. */
  readonly hashes: readonly string[]
  /** Those of them whose names are known; a hashed requirements.txt names none. */
  readonly artifacts: readonly Artifact[]
  readonly origin?: Origin
  /** The index it came from, without credentials, where the lockfile says so. */
  readonly index?: string
}

type LockFormat = 'pylock' | 'requirements' | 'uv' | 'poetry' | 'pipenv'

/** Requirements, exact and with hashes, whatever the file they were written in. */
export interface Lockfile {
  /** In the tree: `pylock.toml`. */
  readonly path: string
  readonly format: LockFormat
  readonly requiresPython?: string
  /** Markers of which one must hold; without: it is for all. */
  readonly targets?: readonly string[]
  /** The indexes that the file itself names, the main one first, without credentials. */
  readonly indexes?: readonly string[]
  /** The digest of what it was made from, where `venvoy lock` made it. */
  readonly inputs?: string
  /** Sorted by name, version and marker. */
  readonly packages: readonly LockedPackage[]
}

/** A locked package as one interpreter on one host wants it: its marker held. Sorted by name. */
export type PinnedPackage = Omit<LockedPackage, 'marker' | 'requiresPython'>
