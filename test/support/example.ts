import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { readConfig } from '../../src/config/read.js'
import type { InstanceSpec } from '../../src/config/spec.js'
import { writeCrontabProgram } from './crontab.js'
import { type HostKind, startHost, type TestHost } from './hosts.js'
import { type Call, type Desk, openDesk, type Said } from './project.js'
import { freePort } from './sshd.js'

/** A copy of an example on somebody's desk, its hosts on this machine. */
export interface Example {
  readonly desk: Desk
  /** By their names in its deploy.yml. */
  readonly hosts: Readonly<Record<string, TestHost>>
  /** The ports that are said here instead of those of deploy.yml: `portOf('production', 'web1')`. */
  portOf(instance: string, host: string): number
  start(...args: readonly string[]): Call
  venvoy(...args: readonly string[]): Promise<Said>
  /** What `GET` of a path answers, and nothing where nobody does. */
  get(instance: string, host: string, path: string): Promise<string | undefined>
  /** Takes away what depends on the machine, the day and the files of the example: `expected-plan.txt` has it so. */
  mask(text: string): string
  stop(): Promise<void>
}

interface ExampleOptions {
  readonly kind?: HostKind
  /** What stands in deploy.local.yml beside the hosts and the ports. */
  readonly more?: Readonly<Record<string, unknown>>
  /** The env of whoever types, where the secrets are, for the folder that is theirs. */
  env?(folder: string): Readonly<Record<string, string>>
}

/** Starts a host for each that the example names, and lets deploy.local.yml say where they are. */
export async function openExample(name: string, options: ExampleOptions = {}): Promise<Example> {
  const desk = openDesk()
  cpSync(join('examples', name), desk.project, { recursive: true })
  const { instances, hosts: named } = configOf(name)
  const systemd = await fakeSystemd(desk.folder)
  const programs = { crontab: writeCrontabProgram(desk.folder) }
  const env = { XDG_RUNTIME_DIR: systemd.runtime }
  const started = named.map(async ({ name: host }) => {
    return [host, await startHost(options.kind ?? 'embedded', { login: 'dash', programs, env })] as const
  })
  const hosts = Object.fromEntries(await Promise.all(started))
  const ports = await portsFor(instances)
  desk.write('deploy.local.yml', { ...overlay(desk, hosts, ports), ...options.more })
  const start = (...args: readonly string[]) => desk.start(args, { env: options.env?.(desk.folder) ?? {} })
  const portOf = (instance: string, host: string) => ports.find((each) => isOf(each, instance, host))!.port
  return {
    ...{ desk, hosts, portOf, start },
    venvoy: (...args) => start(...args).end,
    get: (instance, host, path) => fetched(`http://127.0.0.1:${portOf(instance, host)}${path}`),
    mask: (text) => masked(text, Object.values(hosts), ports),
    async stop() {
      systemd.server.close()
      desk.remove()
      await Promise.all(Object.values(hosts).map((host) => host.stop()))
    },
  }
}

function configOf(name: string) {
  const file = join('examples', name, 'deploy.yml')
  return readConfig({ file, text: readFileSync(file, 'utf8') }, { env: () => undefined, needsSecrets: () => false })
    .config!
}

/** Where one of systemd's users would listen: all that a plan looks for. */
async function fakeSystemd(folder: string): Promise<{ runtime: string; server: Server }> {
  const runtime = join(folder, 'runtime')
  mkdirSync(join(runtime, 'systemd'), { recursive: true })
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(join(runtime, 'systemd/private'), resolve))
  return { runtime, server }
}

interface ExamplePort {
  readonly instance: string
  readonly host: string
  readonly said: number
  readonly port: number
}

const isOf = (each: ExamplePort, instance: string, host: string) => each.instance === instance && each.host === host

/** All hosts are one machine, where one port can be one instance's. */
async function portsFor(instances: readonly InstanceSpec[]): Promise<ExamplePort[]> {
  const found: ExamplePort[] = []
  for (const { name, host, ports, autoPorts } of instances)
    if (ports.port !== undefined && autoPorts === undefined)
      found.push({ instance: name, host: host.name, said: ports.port, port: await freePort() })
  return found
}

function overlay(desk: Desk, hosts: Readonly<Record<string, TestHost>>, ports: readonly ExamplePort[]) {
  const ofHost = (name: string) => ports.filter(({ host }) => host === name)
  const varsOf = (name: string) =>
    Object.fromEntries(ofHost(name).map(({ instance, port }) => [`port_of_${instance}`, port]))
  return {
    hosts: Object.fromEntries(
      Object.entries(hosts).map(([name, host]) => [name, { ...desk.know(host), vars: varsOf(name) }]),
    ),
    instances: Object.fromEntries(ports.map(({ instance }) => [instance, { port: `{{ port_of_${instance} }}` }])),
  }
}

async function fetched(url: string): Promise<string | undefined> {
  try {
    return await (await fetch(url)).text()
  } catch {
    return undefined
  }
}

function masked(text: string, hosts: readonly TestHost[], ports: readonly ExamplePort[]): string {
  const atHome = hosts.reduce((masked, { home }) => masked.replaceAll(home, '/home/deploy'), text)
  const asSaid = ports.reduce((masked, { port, said }) => masked.replaceAll(`${port}`, `${said}`), atHome)
  return (
    asSaid
      // Of a folder: `content 953e123`
      .replace(/\bcontent [0-9a-f]{7}\b/g, 'content DIGEST')
      // `Python 3.11.2: /usr/bin/python3.11`, `(Python 3.11.2)`
      .replace(/\bPython (3\.\d+)\.\d+(: \S+)?/g, (_, minor, path) => `Python ${minor}.x${path ? ': PATH' : ''}`)
      // What is given out depends on who listens: `20000`
      .replace(/\b2\d{4}\b/g, '2nnnn')
  )
}
