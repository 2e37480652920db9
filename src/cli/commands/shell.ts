import { constants } from 'node:os'
import { selectInstances } from '../../config/select.js'
import type { HostSpec, InstanceSpec } from '../../config/spec.js'
import { VenvoyError } from '../../errors.js'
import type { Emit } from '../../events.js'
import { noQuestion } from '../../facts/probe.js'
import { questionAbout } from '../../facts/question.js'
import { instanceShell } from '../../operations/instance-shell.js'
import { knownPorts } from '../../operations/ports.js'
import { library } from '../../remote/library.js'
import { createPaint } from '../../render/color.js'
import { noteLine } from '../../render/say.js'
import { probe } from '../../run/probe.js'
import { connectLocal } from '../../transport/local.js'
import type { ChannelEnd, LoginConnection } from '../../transport/transport.js'
import { hostByName } from '../ad-hoc-hosts.js'
import { assertWhole, chooseHosts, selectionOf } from '../choose.js'
import { loadConfigIfAny } from '../load.js'
import type { Options } from '../options.js'
import { sshFor } from '../start-run.js'
import { sameInstances, targetOf } from '../targets.js'
import type { World } from '../world.js'

/** Where to log in, and what of deploy.yml a connection needs. */
interface Place {
  readonly host: HostSpec
  /** Absent: the host's own login shell. */
  readonly instance?: InstanceSpec
  readonly hosts: readonly HostSpec[]
}

/**
 * `venvoy shell [INSTANCE]`: a shell in an instance, with its venv, its env, in its release; with -H alone the login shell of
 * a host. The exit code is the shell's, 128 and the signal's number where one ended it.
 */
export async function openShell(world: World, names: readonly string[], options: Options): Promise<number> {
  if (world.terminal === undefined) throw noTerminal()
  assertWhole(options, 'shell')
  const place = await choosePlace(world, names, options)
  const ssh = place.host.local
    ? undefined
    : await sshFor(world, { options, hosts: place.hosts }, undrawn, noting(world))
  try {
    const connection = ssh ? await ssh.connect(place.host, world.signal) : here(world)
    const instance = place.instance && (await settled(connection, place.instance))
    const script = instance && instanceShell(instance, library)
    const close = () => connection.close()
    world.signal.addEventListener('abort', close)
    const end = await connection.openTerminal(world.terminal, script)
    world.signal.removeEventListener('abort', close)
    return world.signal.aborted ? 130 : codeOf(end, place.host.name)
  } finally {
    ssh?.close()
  }
}

async function choosePlace(world: World, names: readonly string[], options: Options): Promise<Place> {
  const loaded = await loadConfigIfAny(world, options)
  if (loaded === undefined) {
    const host = sole('host', options.host!.map(hostByName), ({ name }) => `-H ${name}`)
    return { host, hosts: [host] }
  }
  const { config, withSecrets } = loaded
  const namesInstance = names.length + (options.instance ?? []).length > 0
  const namesHost = (options.host ?? []).length + (options.group ?? []).length > 0
  if (!namesInstance && namesHost) {
    return { host: sole('host', chooseHosts(config, options), ({ name }) => `-H ${name}`), hosts: config.hosts }
  }
  const specs = selectInstances(config, selectionOf(names, options))
  const isOneInstance = new Set(specs.map(({ name }) => name)).size === 1
  const spec = sole('instance', specs, ({ name, host }) => (isOneInstance ? `${name} -H ${host.name}` : name))
  const filled = await withSecrets({ targets: [targetOf(spec)] })
  const [instance] = sameInstances(filled.config, [spec])
  for (const text of filled.notes) noting(world)({ type: 'run:note', level: 'info', text })
  return { host: spec.host, instance: instance!, hosts: config.hosts }
}

/** With the ports that its host has given out, if there are such. */
async function settled(connection: LoginConnection, spec: InstanceSpec): Promise<InstanceSpec> {
  if (spec.autoPorts === undefined) return spec
  const question = { ...noQuestion, instances: [questionAbout(spec, '')] }
  const { session, facts } = await probe(connection, spec.host.name, question, 'kill')
  session.close()
  return knownPorts(spec, facts)
}

/** There is one person at one terminal. */
function sole<T>(kind: string, all: readonly T[], name: (each: T) => string): T {
  const [only] = all
  if (only !== undefined && all.length === 1) return only
  const there = [...new Set(all.map(name))]
  throw new VenvoyError({
    kind: 'config',
    what:
      only === undefined ? `deploy.yml has no ${kind} to log in to` : 'a shell is for one place, and there are several',
    ...(only !== undefined && { next: there.map((each) => `venvoy shell ${each}`).join('\n') }),
  })
}

const here = ({ env, home }: World): LoginConnection => connectLocal({ env, cwd: home })

/** Nothing is drawn that a question would have to stop. */
const undrawn = { pause: <T>(work: () => Promise<T>) => work() }

/** What is to be said before the shell begins stands above it, on stderr. */
const noting =
  ({ stderr }: World): Emit =>
  (event) => {
    if (event.type === 'run:note') stderr.write(`${noteLine(event, createPaint(false))}\n`)
  }

function codeOf({ code, signal }: ChannelEnd, host: string): number {
  if (code !== undefined) return code
  const number = constants.signals[`SIG${signal}` as NodeJS.Signals]
  if (number !== undefined) return 128 + number
  throw new VenvoyError({
    kind: 'command',
    where: host,
    what: 'the connection ended before the shell did',
    why: ['what ran in it has got a SIGHUP; what ignores that still runs'],
  })
}

const noTerminal = () =>
  new VenvoyError({
    kind: 'config',
    what: 'a shell needs a terminal, and stdin or stdout is none',
    next: 'venvoy exec -- COMMAND',
  })
