/** Where a secret comes from, as written: one of the four, and `whole` with a command. */
export interface SecretMap {
  readonly env?: string | undefined
  readonly file?: string | undefined
  readonly command?: string | undefined
  readonly whole?: boolean | undefined
  readonly ask?: string | undefined
}

/** What stands behind `!secret`, as validation sees it: a kind of value that few places accept. */
export class WrittenSecret {
  constructor(readonly said: string | SecretMap) {}
}
