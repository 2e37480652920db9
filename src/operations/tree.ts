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
  /** Reads a file's content by its digest. */
  read(digest: string): Promise<Uint8Array>
}
