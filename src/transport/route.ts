import type { HostSpec } from '../config/spec.js'
import { circle, mostJumps, parseHop } from './hops.js'
import type { WantedKeys } from './identities.js'
import { type KeyedHost, keyedHost, type UnknownKeys } from './keyed-host.js'
import type { SshConfigQuestion } from './ssh-config.js'
import type { SshSettings } from './ssh-settings.js'
import { expandHome, expandTokens } from './ssh-tokens.js'

/** Everything that is needed to reach one host: nothing is left to look up. */
export interface Route {
  /** The host's name in deploy.yml. */
  readonly label: string
  /** What ssh_config knows it by. */
  readonly alias: string
  readonly hostName: string
  readonly port: number
  readonly user: string
  /** The host that leads there. */
  readonly via?: Route
  readonly keys: WantedKeys
  /** Certificates for the keys that ssh_config names (CertificateFile). */
  readonly certificates: readonly string[]
  /** What speaks to the host on its stdin and stdout, in place of a socket. */
  readonly proxyCommand?: string
  /** Who is to speak SSH. */
  readonly transport: 'auto' | 'ssh2' | 'ssh'
  /** What ssh_config wants and only ssh can do: `PKCS11Provider`. */
  readonly sshOnly: readonly string[]
  /** Whether a Kerberos ticket may be shown. */
  readonly gssapi: boolean
  readonly keyed: KeyedHost
  /** For one step of a handshake: TCP, banner, key exchange, login. */
  readonly timeoutMs: number
  /** How long a host may say nothing before it is asked whether it is there, and how often it is asked. */
  readonly alive: { readonly intervalMs: number; readonly count: number }
  /** `deploy@10.0.0.7:22`, with the way there: the same for everybody who means the same login. */
  readonly id: string
}

export interface RouteOptions {
  readonly home: string
  readonly user: string
  readonly localUid: number
  readonly localHost: string
  env(name: string): string | undefined
  readonly hosts: readonly HostSpec[]
  readonly overrides: { readonly user?: string; readonly identityFile?: string }
  readonly hostKeys: UnknownKeys
  /** The folder of ssh's own files for all users. */
  readonly systemFolder: string
  settings(question: SshConfigQuestion): Promise<SshSettings>
  note(text: string, host: string): void
}

const defaultTimeoutSeconds = 20
// ssh asks for no sign of life unless it is told to; a run on many hosts must not wait for one that is gone.
const aliveSeconds = 15
const aliveCount = 3
const usualKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa', 'id_ed25519_sk', 'id_ecdsa_sk']

/**
 * The way to a host: the command line first, then deploy.yml, then ssh_config, then ssh's defaults. Rejects with a VenvoyError
 * where jump hosts lead in a circle.
 */
export function routeTo(host: HostSpec, options: RouteOptions): Promise<Route> {
  const { user, identityFile } = options.overrides
  return route(host, options, { user, own: identityFile ?? host.identityFile, depth: 0 })
}

interface Wishes {
  readonly user?: string | undefined
  /** The key file that was asked for by name. */
  readonly own?: string | undefined
  /** Asked for the host behind this one; ssh would not try it here, but people mean it so. */
  readonly borrowed?: string | undefined
  /** How many jump hosts come after this one. */
  readonly depth: number
}

async function route(host: HostSpec, options: RouteOptions, wishes: Wishes): Promise<Route> {
  const alias = host.address ?? host.name
  const asked = wishes.user ?? host.user
  const settings = await options.settings({ alias, ...(asked === undefined ? {} : { user: asked }) })
  const user = asked ?? settings.user ?? options.user
  const hostName = settings.hostName ?? alias.toLowerCase()
  const port = host.port ?? settings.port ?? 22
  const expand = expander(options, { alias, hostName, port, user, ...pick(settings.hostKeyAlias) })
  const via = await jump(host, settings, options, wishes)
  return {
    label: host.name,
    alias,
    hostName,
    port,
    user,
    ...(via === undefined ? {} : { via }),
    keys: wantedKeys(settings, options, wishes, expand),
    certificates: settings.certificateFiles.map(expand),
    ...(runsProxy(host, settings) ? { proxyCommand: expand(settings.proxyCommand) } : {}),
    transport: host.transport ?? 'auto',
    sshOnly: sshOnly(settings),
    gssapi: settings.gssapi ?? false,
    keyed: keyedHost(host.name, hostName, port, settings, options, expand),
    timeoutMs: 1000 * (settings.connectTimeout || defaultTimeoutSeconds),
    alive: {
      intervalMs: 1000 * (settings.serverAliveInterval || aliveSeconds),
      count: settings.serverAliveCountMax || aliveCount,
    },
    id: `${user}@${hostName}:${port}${via === undefined ? '' : ` via ${via.id}`}`,
  }
}

const pick = (hostKeyAlias: string | undefined) => (hostKeyAlias === undefined ? {} : { hostKeyAlias })

function expander(
  options: RouteOptions,
  host: { readonly alias: string; readonly hostName: string; readonly port: number; readonly user: string },
): (text: string) => string {
  const { home, localUid, localHost, env } = options
  return (text) => expandTokens(text, { ...host, home, localUid, localHost, localUser: options.user }, env)
}

function wantedKeys(
  settings: SshSettings,
  options: RouteOptions,
  wishes: Wishes,
  expand: (text: string) => string,
): WantedKeys {
  const { home } = options
  const files = (paths: readonly (string | undefined)[]) =>
    paths.flatMap((path) => (path === undefined ? [] : [expandHome(path, home)]))
  const configured = settings.identityFiles.filter((file) => file.toLowerCase() !== 'none').map(expand)
  const said = [...files([wishes.own]), ...configured]
  const usual = said.length === 0 && settings.identityFiles.length === 0
  const paths = [...(usual ? usualKeys.map((name) => `${home}/.ssh/${name}`) : said), ...files([wishes.borrowed])]
  const agent = agentSocket(settings.identityAgent, options, expand)
  return {
    files: [...new Set(paths)].map((path) => ({ path, demanded: files([wishes.own]).includes(path) })),
    ...(agent === undefined ? {} : { agent }),
    only: settings.identitiesOnly ?? false,
    usual,
  }
}

/** `none`, `SSH_AUTH_SOCK`, `$NAME` or a path. */
function agentSocket(
  said: string | undefined,
  { env }: RouteOptions,
  expand: (text: string) => string,
): string | undefined {
  if (said?.toLowerCase() === 'none') return undefined
  if (said === undefined || said === 'SSH_AUTH_SOCK') return env('SSH_AUTH_SOCK') || undefined
  // $MY_AGENT
  return /^\$\w+$/.test(said) ? env(said.slice(1)) || undefined : expand(said)
}

async function jump(
  host: HostSpec,
  settings: SshSettings,
  options: RouteOptions,
  wishes: Wishes,
): Promise<Route | undefined> {
  const said = host.jump ?? settings.proxyJump
  if (!isSet(said)) return undefined
  if (wishes.depth >= mostJumps) throw circle(host)
  const names = said.split(',').map((name) => name.trim())
  // `a,b`: a leads to b, and b to the host.
  const hops = names.map((name) => options.hosts.find((each) => each.name === name && !each.local) ?? parseHop(name))
  // The last hop is reached by those before it; the first by what is said about it elsewhere.
  const before = names.slice(0, -1).join(',')
  const last = hops.at(-1)!
  const hop = before === '' ? last : { ...last, jump: before }
  const borrowed = options.overrides.identityFile
  return route(hop, options, { own: hop.identityFile, borrowed, depth: wishes.depth + 1 })
}

/** What deploy.yml says of the way counts more. */
const runsProxy = (
  host: HostSpec,
  settings: SshSettings,
): settings is SshSettings & { readonly proxyCommand: string } =>
  host.jump === undefined && !isSet(settings.proxyJump) && isSet(settings.proxyCommand)

function sshOnly({ pkcs11Provider, hostbased }: SshSettings): string[] {
  return [...(isSet(pkcs11Provider) ? ['PKCS11Provider'] : []), ...(hostbased ? ['HostbasedAuthentication'] : [])]
}

const isSet = (text: string | undefined): text is string => text !== undefined && text.toLowerCase() !== 'none'
