/** What was seen of a project, as it stands in its folder: texts and names, nothing concluded. */
export interface Glimpse {
  /** The name of the folder. */
  readonly folder: string
  /** Files that tell something, by their path in the folder: requirements, pyproject.toml, Python files. */
  readonly files: ReadonlyMap<string, string>
  /** Absent where there is no git repository. */
  readonly git?: GitGlimpse
  /** The hosts of ssh_config that have a name of their own. */
  readonly sshHosts: readonly string[]
  /** What the person has named: `deploy@web1.example.com`. */
  readonly namedHosts: readonly string[]
}

export interface GitGlimpse {
  /** The URL of the remote that the branch goes to. */
  readonly remote?: string
  readonly branch?: string
  /** Where the folder is in the repository: `site`; absent at its top. */
  readonly subdirectory?: string
}
