/** A line of an instance's journal. */
export interface SwitchEntry {
  /** Counts the switches. */
  readonly count: number
  /** ISO 8601, by the host's clock. */
  readonly when: string
  /** `deploy`, `rollback`, `venv-rollback`. */
  readonly how: string
  /** Numbers of releases; null: nothing served before. */
  readonly from: number | null
  readonly to: number
  readonly revision: string
  readonly commit?: string
  /** The fingerprint of its venv. */
  readonly venv: string
  readonly by: string
  /** What the record of the run is called that did it. */
  readonly run?: string
}

/** A turn of the link of a venv without a release. */
export interface LinkEntry {
  /** ISO 8601, by the host's clock. */
  readonly when: string
  /** `create`, `venv-rollback`. */
  readonly how: string
  /** The fingerprint of the venv that it leads to from then on. */
  readonly venv: string
  readonly by: string
}
