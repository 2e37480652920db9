import { homedir, hostname, userInfo } from 'node:os'
import { hostByName } from '../cli/ad-hoc-hosts.js'
import { confirmOnce } from '../cli/confirm-once.js'
import { sshFor } from '../cli/start-run.js'
import { sudoPasswords } from '../cli/sudo-passwords.js'
import type { World } from '../cli/world.js'
import type { HostSpec } from '../config/spec.js'
import type { Emit } from '../events.js'
import { cancelListeners } from '../run/cancel.js'
import type { Run } from '../run/run.js'
import { secret } from '../shell/command.js'
import { connectLocal } from '../transport/local.js'
import type { Connection } from '../transport/transport.js'
import type { HostLike, ProgramRunOptions } from './library-options.js'

/** The surroundings of a program that uses this library: it is told of events, and nothing is printed. */
export function programWorld({ signal = new AbortController().signal, ask }: ProgramRunOptions): World {
  const silent = { write() {} }
  return {
    argv: [],
    env: process.env,
    cwd: process.cwd(),
    home: process.env.HOME ?? homedir(),
    user: userInfo().username,
    hostname: hostname(),
    stdout: silent,
    stderr: silent,
    brake: () => undefined,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: () => 0,
    rows: () => 0,
    ...(ask && { ask }),
    now: Date.now,
    signal,
  }
}

/** A host as the rest of venvoy knows it, with the connection that is there already, if there is one. */
export interface ProgramHost {
  readonly spec: HostSpec
  readonly connection?: Connection
}

/** Each host with a name of its own. */
export function programHosts(hosts: readonly HostLike[]): ProgramHost[] {
  const named = hosts.map(programHost)
  return named.map(({ spec, ...rest }, i) => {
    const before = named.slice(0, i).filter((other) => other.spec.name === spec.name).length
    return { ...rest, spec: before === 0 ? spec : { ...spec, name: `${spec.name}-${before + 1}` } }
  })
}

function programHost(host: HostLike): ProgramHost {
  if (typeof host === 'string') return { spec: hostByName(host) }
  if ('open' in host) return { spec: { name: host.login, local: false, env: {}, vars: {} }, connection: host }
  const { name = host.address, address, env = {}, ...rest } = host
  const local = address === 'local'
  return { spec: { name, local, ...(!local && { address }), ...rest, env, vars: {} } }
}

/** A run whose hosts are reached when it wants them. `close` ends its SSH. */
export function programRun(
  world: World,
  hosts: readonly ProgramHost[],
  options: ProgramRunOptions,
): { readonly run: Run; close(): Promise<void> } {
  const { acceptNew = false, identityFile, parallel = 64, failFast = false, ask, sudoPassword } = options
  const emit: Emit = options.onEvent ?? (() => undefined)
  const forSsh = { parallel, acceptNew, ...(identityFile !== undefined && { identity: identityFile }) }
  let ssh: ReturnType<typeof sshFor> | undefined
  const viaSsh = () => {
    const specs = hosts.map(({ spec }) => spec)
    ssh ??= sshFor(world, { options: forSsh, hosts: specs }, { pause: (during) => during() }, emit)
    return ssh
  }
  const confirm = confirmOnce(ask, false)
  const given = sudoPassword === undefined ? undefined : secret('sudoPassword', sudoPassword)
  const passwords = sudoPasswords({ ask: ask?.secret.bind(ask) })
  const run: Run = {
    emit,
    signal: world.signal,
    onCancel: cancelListeners(world.signal),
    now: world.now,
    parallel,
    failFast,
    ...(confirm !== undefined && { confirm }),
    sudoPassword: async (host, refused) =>
      given === undefined ? passwords.of(host, refused) : refused === undefined ? given : undefined,
    again: ({ host }) => lookThere(hosts.find(({ spec }) => spec.name === host)?.spec),
    async connect(host, signal) {
      const given = hosts.find(({ spec }) => spec.name === host.name)?.connection
      if (given !== undefined) return given
      return host.local ? connectLocal({ env: world.env, cwd: world.home }) : (await viaSsh()).connect(host, signal)
    },
  }
  return { run, close: async () => (await ssh?.catch(() => undefined))?.close() }
}

/** A program repeats itself; a person looks at the host. */
function lookThere(spec: HostSpec | undefined): string {
  const { name = '', local = false, address = name, user, port } = spec ?? {}
  if (local) return 'look here, on this machine'
  const at = user === undefined ? address : `${user}@${address}`
  return port === undefined ? `ssh ${at}` : `ssh -p ${port} ${at}`
}
