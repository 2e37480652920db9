/** What the program of file steps says (src/remote/file-helper.ts). */
export type FileEvent =
  | { readonly event: 'placed'; readonly changed: boolean }
  /** All that a download is about. */
  | { readonly event: 'begin'; readonly files: number; readonly bytes: number }
  /** The next file, with what it holds behind it in pieces, up to `end`; `same`: as it is here, so that nothing follows. */
  | {
      readonly event: 'file'
      readonly path: string
      readonly size: number
      readonly executable: boolean
      readonly same: boolean
    }
  /** So many raw bytes are next. */
  | { readonly event: 'bytes'; readonly count: number }
  | { readonly event: 'end' }
