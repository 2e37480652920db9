import type { Command } from '../shell/command.js'

/** A program on the host that leads into an instance, whichever release serves. */
export type WrapperSpec = {
  /** The last part of its path: no other wrapper of the instance has it. */
  readonly name: string
  /** Where it is; may start with `~/`. */
  readonly to: string
} & (
  | { readonly kind: 'run'; readonly command: Command }
  /** A file of the tree, whose bang line is to name the interpreter of the venv. */
  | { readonly kind: 'script'; readonly script: string }
)
