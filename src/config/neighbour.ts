/** What the file wants of a host for one of its instances: ports that it says, and names of those that the host gives out. */
export interface Neighbour {
  readonly name: string
  readonly to: string
  readonly ports: readonly number[]
  readonly auto: readonly string[]
}
