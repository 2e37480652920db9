/** Who has a deploy lock, for what, since when (ISO 8601, by the host's clock). */
export interface LockHolder {
  readonly by: string
  readonly command: string
  readonly since: string
}

/** Who said that nobody shall deploy; `since` and `until`: ISO 8601. */
export interface Hold {
  readonly by: string
  readonly since: string
  readonly reason?: string
  readonly until?: string
}
