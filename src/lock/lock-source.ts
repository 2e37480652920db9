/** A lockfile as it stands in the tree, and what of it is wanted. */
export interface LockText {
  /** In the tree. */
  readonly path: string
  readonly text: string
  /** Names of optional parts, normalised or not. */
  readonly extras: readonly string[]
  /** Dependency groups; undefined: what the lockfile calls default. */
  readonly groups?: readonly string[]
  /** The text of the pyproject.toml beside it, if there is one; an older poetry.lock does not say what is wanted. */
  readonly pyproject?: string
}
