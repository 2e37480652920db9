/** One file of a tree. */
export interface TreeFile {
  readonly kind: 'file'
  /** With forward slashes, relative, never `..`. */
  readonly path: string
  readonly executable: boolean
  /** Bytes. */
  readonly size: number
  /** SHA-256 of the content, hexadecimal. */
  readonly digest: string
}

/** A symbolic link of a tree; its target stays inside the tree. */
export interface TreeLink {
  readonly kind: 'link'
  readonly path: string
  readonly target: string
}

export type TreeEntry = TreeFile | TreeLink

/** A commit as people know it. */
interface Commit {
  /** Short: `3f2a91c`, `r120`. */
  readonly id: string
  readonly subject: string
  readonly author: string
}

/** Commits, of which only the newest are listed. */
export interface Commits {
  readonly count: number
  readonly newest: readonly Commit[]
}

/** What lies between what runs and what would run. */
export interface SourceChanges {
  /** The short ids of both. */
  readonly from: string
  readonly to: string
  /** Commits that what would run has, and what runs has not. */
  readonly come: Commits
  /** The other way round: it goes back, or the two have parted. */
  readonly gone: Commits
  /** How many files differ; not every source can say. */
  readonly files?: number
}

/** The files of one revision with their content hashes, whatever source they came from. */
export interface Tree {
  /** Sorted by path. */
  readonly entries: readonly TreeEntry[]
  /** Digest of all entries: two trees with the same digest are the same. */
  readonly digest: string
  /** `v1.4.2 (3f2a91c)` for people. */
  readonly revision: string
  /** The commit's hash, where the source has such. */
  readonly commit?: string
  /** Where a host could fetch it by itself. */
  readonly origin?: { readonly address: string; readonly commit: string; readonly folder: string }
  /** What lies between a release and this; nothing where the source does not know that release, or is without a history. */
  since?(release: { readonly revision: string; readonly commit?: string }): Promise<SourceChanges | undefined>
  /** Reads a file's content by its digest. */
  read(digest: string): Promise<Uint8Array>
  /** The same piece by piece, for what is sent: some files are larger than the memory. */
  pieces(digest: string): AsyncIterable<Uint8Array>
}
