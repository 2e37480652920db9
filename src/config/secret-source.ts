/** Where the value of a secret comes from, with nothing left to fill in. */
export type SecretSource =
  | { readonly from: 'env'; readonly name: string }
  /** `~/` is the home folder here; a relative path starts at deploy.yml. */
  | { readonly from: 'file'; readonly path: string }
  /** `whole`: all that it prints, not only the first line. */
  | { readonly from: 'command'; readonly command: string; readonly whole: boolean }
  | { readonly from: 'ask'; readonly question: string }

/** What came of a source. */
export type SecretAnswer = { readonly value: string } | { readonly trouble: string; readonly hint?: string }

/** What needs a secret: an instance or a host with its env, one of its tasks, its source, or its sudo, if that asks. */
export interface SecretPlace {
  readonly host: string
  readonly instance?: string
  readonly task?: string
  readonly use?: 'source' | 'sudo'
}

/** The same for two sources that give the same value. */
export const secretKey = (source: SecretSource): string => JSON.stringify(source)
