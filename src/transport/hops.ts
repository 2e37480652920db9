import type { HostSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'

export const mostJumps = 8

/** `user@host:port`, `host`, `[::1]:22`, `ssh://user@host:port`. */
export function parseHop(text: string): HostSpec {
  const [, user, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? []
  const address = bracketed ?? plain ?? text
  return {
    name: address,
    local: false,
    address,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
    env: {},
    vars: {},
  }
}

/** Jump hosts that lead to one another. */
export function circle(host: HostSpec): VenvoyError {
  return new VenvoyError({
    kind: 'unreachable',
    where: host.name,
    what: `its jump hosts lead in a circle (more than ${mostJumps} in a row)`,
    next: 'look at jump: in deploy.yml and ProxyJump in ssh_config',
  })
}
