/** For `verify`: absolute paths of what serves; either may be missing. */
export type VerifyInput = {
  readonly instances: readonly { readonly instance: string; readonly release?: string; readonly venv?: string }[]
}

/** What a host found out about one instance. */
export type Verified = {
  readonly event: 'verified'
  readonly instance: string
  readonly files: number
  readonly packages: number
  /** The digest of the shared packages' files: the same on two hosts means the same files. */
  readonly content: string | null
  readonly fingerprint: string | null
  /** Whether what was found stands beside the receipts, where the next deploy sees it. */
  readonly marked: boolean
  /** What was so from the start, and nobody's fault: two packages with one file. */
  readonly notes: readonly string[]
  /** By place and package. */
  readonly drift: readonly {
    readonly place: 'release' | 'pip' | 'packages' | 'venv'
    /** The folder, absolute. */
    readonly at: string
    /** `six 1.16.0`; null for what belongs to none. */
    readonly package: string | null
    /** `{ changed: 2, missing: 40 }` */
    readonly counts: Readonly<Record<string, number>>
    /** A path is relative to `at`, null where it is about no file. */
    readonly first: readonly (readonly [what: string, path: string | null, detail: string | null])[]
  }[]
}
