/** What every kind of source is opened with. */
export interface SourceOptions {
  /** The folder of deploy.yml: relative paths start there. */
  readonly base: string
  /** The control side's cache folder, for this user alone. */
  readonly cache: string
  /** Takes the place of the file's ref (`--ref`). */
  readonly ref?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Hears what is worth saying but stops nothing. */
  readonly onNote: (text: string) => void
}
