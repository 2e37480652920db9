import type { Readable } from 'node:stream'

/** What stands in an archive, as it stands there: the paths are not yet judged. */
export type ArchiveEntry =
  | { readonly kind: 'file'; readonly path: string; readonly executable: boolean }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  /** The same file as an earlier entry. */
  | { readonly kind: 'twin'; readonly path: string; readonly target: string }
  | { readonly kind: 'folder'; readonly path: string }
  /** A device, a FIFO, and what else no release holds. */
  | { readonly kind: 'other'; readonly path: string; readonly what: string }

/** Takes an entry; of a file, the content, which is passed over where nobody reads it. */
export type TakeEntry = (entry: ArchiveEntry, content: AsyncIterable<Buffer> | Readable) => Promise<void>

/** An archive that is not what it should be. Whoever knows its name makes a VenvoyError of it. */
export class BrokenArchive extends Error {}

/** A name as UTF-8. Throws a BrokenArchive where it is something else. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new BrokenArchive(`a file name is not UTF-8: ${Buffer.from(bytes).toString()}`)
  }
}
