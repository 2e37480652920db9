/** Ways in, beside the generated client key. */
export interface EmbeddedLogin {
  /** Whether public keys are accepted at all; they are unless this is false. */
  readonly publicKey?: boolean
  /** More keys that are let in, as lines of an authorized_keys file. */
  readonly authorizedKeys?: readonly string[]
  readonly password?: string
  /** The questions of keyboard-interactive, asked all at once, and the right answers. */
  readonly keyboardInteractive?: readonly { readonly prompt: string; readonly answer: string }[]
}
