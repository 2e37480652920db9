/** What is put below a path on the host: contents by their digests, and links. */
type UploadEntry =
  | { readonly path: string; readonly digest: string; readonly size: number; readonly executable: boolean }
  | { readonly path: string; readonly target: string }

/** The files of an upload as they are on this machine, read once for all hosts. */
export interface UploadFiles {
  /** By their paths below the step's; the path itself is ''. */
  readonly entries: readonly UploadEntry[]
  /** The folders below the path that were sent as a whole. */
  readonly roots: readonly string[]
  /** Contents in base64 that travel with the step: it is all of them, or none. */
  readonly inline?: Readonly<Record<string, string>>
  /** Reads a content by its digest. */
  pieces(digest: string): AsyncIterable<Uint8Array>
}
