/** A value as YAML writes it. */
export type Scalar = string | number | boolean | null
