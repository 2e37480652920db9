/** A tree whose contents are in the cache. */
export type HelperTree = {
  readonly cache: string
  readonly entries: readonly (
    | { readonly path: string; readonly digest: string; readonly size: number; readonly executable: boolean }
    | { readonly path: string; readonly target: string }
  )[]
}

/** A tree whose list is in the cache too, by its own digest, and where each of its links leads. */
export type ListedTree = { readonly cache: string; readonly digest: string }

/** The hooks, details and project of a venv, by path in it; the digest is theirs and counts for the probe. */
export type HelperWrapper = {
  readonly digest: string
  readonly files: Readonly<Record<string, { readonly text: string; readonly isProgram: boolean }>>
}

/** For `wrapper`: brings a whole venv's up to date. What a person wrote or changed stays. */
export type WrapperInput = {
  readonly home: string
  readonly name: string
  readonly venv: string
  readonly wrapper: HelperWrapper
}

/** For `venv`. Paths may begin with `~/`, here and below. */
export type VenvInput = {
  readonly home: string
  readonly name: string
  readonly fingerprint: string
  readonly inputs: string
  readonly python: { readonly path: string; readonly real: string; readonly version: string; readonly stamp: string }
  readonly with: 'venv' | 'virtualenv' | 'uv'
  /** Default: the newest pip that the interpreter has. */
  readonly installer?: { readonly name: 'pip' | 'uv'; readonly version?: string }
  /** Where the venv is made or filled by uv: the host's own, or a version to be put into the cache; SHA-256 of its wheels. */
  readonly uv?: { readonly version: string; readonly path?: string; readonly digests?: readonly string[] }
  readonly systemSitePackages: boolean
  /** Whether packages are compiled. Default: true. */
  readonly compile?: boolean
  /** Texts of requirements and constraints by their path, put over the tree in the folder that pip runs in. */
  readonly files: Readonly<Record<string, string>>
  /** The project itself, where requirements refer to it. */
  readonly tree?: HelperTree
  /** Of `pip install`: `['-r', 'requirements.txt', 'gunicorn==23.0.0']`. Empty: pip is not started. */
  readonly arguments: readonly string[]
  /** May hold a password: it goes to pip in a private file. */
  readonly index?: string
  /**
   * Exactly what is to be installed, once for all venvs of this fingerprint: `[name, version, [SHA-256, …]]`. The venv is a
   * thin one then, and `arguments` are for what is not locked.
   */
  readonly locked?: {
    readonly packages: readonly (readonly [name: string, version: string, digests: readonly string[], url?: string])[]
    /** Those of them that are built on the host. */
    readonly sdists?: readonly string[]
    /** For the receipt: `pylock.toml`. */
    readonly path?: string
  }
  /** No index is asked: what is locked is among the wheels, or is there. */
  readonly offline?: boolean
  /** `wheels/NAME.whl`, and `pip/NAME.whl` for the pip that installs them. */
  readonly wheels?: HelperTree
  /** Venvs and bases that are not to be used again, absolute: they have drifted. */
  readonly avoid?: readonly string[]
  /** Scripts for /bin/sh, with the venv active, in the folder that pip ran in. */
  readonly postInstall?: readonly string[]
  /** What virtualenvwrapper looks for in the venv. Default: nothing. */
  readonly wrapper?: HelperWrapper
  /** Whether to wait for another builder of the same venv; exit code 75 if not. Default: true. */
  readonly wait?: boolean
  /** For the receipt: ISO 8601. Default: the host's clock. */
  readonly now?: string
}

/** For `resolve`: what pip would install for an interpreter. */
export type ResolveInput = Pick<
  VenvInput,
  'name' | 'python' | 'with' | 'systemSitePackages' | 'files' | 'arguments' | 'index'
> & {
  /** Versions that are kept where that is possible. */
  readonly pins: readonly (readonly [name: string, version: string])[]
}

/** For `note-venv`: inputs, and the stamp of an interpreter, that suit the venv as well. */
export type NoteVenvInput = { readonly venv: string; readonly inputs: string; readonly stamp: string }

/** For `inventory`. */
export type InventoryInput = { readonly venv: string }

/** For `remove-venv`. */
export type RemoveVenvInput = { readonly home: string; readonly name: string }

/** For `prune`. */
export type PruneInput = {
  readonly home: string
  /** The folders of all instances that may have releases, wherever their venvs are linked. */
  readonly instances: readonly string[]
  /** Also what is younger than a day. */
  readonly now: boolean
  /** So many venvs of these names stay, the newest. */
  readonly keep?: Readonly<Record<string, number>>
  /** Of venvs only those of these names. Default: all. */
  readonly only?: readonly string[]
  /** Only says what it would do. */
  readonly dry: boolean
}
