import { type Address, parseAddress } from '../config/address.js'
import type { HostInput } from '../config/schema.js'
import type { HostSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'

/**
 * The hosts among the values of -H that are in no file: `deploy@web9:2222`. Without a user or a port a value is the name of a host
 * of the file: a mistyped name must not be taken for a machine.
 */
export function adHocHosts(values: readonly string[]): Readonly<Record<string, HostInput>> {
  const hosts = values.filter((value) => /[@:]/.test(value) && !value.includes('*'))
  return Object.fromEntries(
    hosts.map((value) => {
      const { user, address, port } = addressOf(value)
      return [
        value,
        { address, ...(user !== undefined && { user }), ...(port !== undefined && { port: Number(port) }) },
      ]
    }),
  )
}

/** A host where there is no file at all: any name will do. */
export function hostByName(name: string): HostSpec {
  const { user, address, port } = addressOf(name)
  const local = address === 'local'
  return {
    ...{ name, local, env: {}, vars: {} },
    ...(!local && { address }),
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port: Number(port) }),
  }
}

function addressOf(text: string): Address {
  const address = parseAddress(text)
  if (address !== undefined && !text.includes('{{')) return address
  throw new VenvoyError({ kind: 'config', what: `not a host: ${JSON.stringify(text)}`, next: '-H user@host:port' })
}
