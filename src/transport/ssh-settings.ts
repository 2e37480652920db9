/** What ssh_config says for one host. Nothing is expanded but `%h` in HostName; what it does not say is undefined. */
export interface SshSettings {
  readonly hostName?: string
  readonly user?: string
  readonly port?: number
  readonly identityFiles: readonly string[]
  readonly certificateFiles: readonly string[]
  readonly identitiesOnly?: boolean
  /** A path, `none`, `SSH_AUTH_SOCK` or `$NAME`. */
  readonly identityAgent?: string
  /** `none`, or hosts with commas between. */
  readonly proxyJump?: string
  readonly proxyCommand?: string
  readonly userKnownHostsFiles?: readonly string[]
  readonly globalKnownHostsFiles?: readonly string[]
  readonly hashKnownHosts?: boolean
  readonly strictHostKeyChecking?: string
  /** Seconds. */
  readonly connectTimeout?: number
  /** Seconds without a word from the host before it is asked for one; how often before it is given up. */
  readonly serverAliveInterval?: number
  readonly serverAliveCountMax?: number
  readonly hostKeyAlias?: string
  readonly pkcs11Provider?: string
  readonly hostbased?: boolean
  readonly gssapi?: boolean
}

/** The words of ssh_config for one host, by their keywords in small letters; undefined where nothing is said. */
type Said = (keyword: string) => readonly string[] | undefined

/** What these words mean. Of the files, which gather, and of HostName, whose tokens differ, whoever has read them knows more. */
export function readSettings(list: Said): Omit<SshSettings, 'identityFiles' | 'certificateFiles'> {
  const one = (keyword: string) => list(keyword)?.[0]
  return dropUndefined({
    hostName: one('hostname'),
    user: one('user'),
    port: number(one('port')),
    identitiesOnly: flag(one('identitiesonly')),
    identityAgent: one('identityagent'),
    proxyJump: one('proxyjump'),
    proxyCommand: one('proxycommand'),
    userKnownHostsFiles: list('userknownhostsfile'),
    globalKnownHostsFiles: list('globalknownhostsfile'),
    hashKnownHosts: flag(one('hashknownhosts')),
    strictHostKeyChecking: strictness(one('stricthostkeychecking')?.toLowerCase()),
    connectTimeout: seconds(one('connecttimeout')),
    serverAliveInterval: seconds(one('serveraliveinterval')),
    serverAliveCountMax: number(one('serveralivecountmax')),
    hostKeyAlias: one('hostkeyalias')?.toLowerCase(),
    pkcs11Provider: one('pkcs11provider'),
    hostbased: flag(one('hostbasedauthentication')),
    gssapi: flag(one('gssapiauthentication')),
  })
}

/** `ssh -G` prints `true` and `false`, and a file may say so as well. */
const strictness = (word: string | undefined) => (word === 'true' ? 'yes' : word === 'false' ? 'no' : word)

/** `yes`, `no`. */
const flag = (text: string | undefined) => (text === undefined ? undefined : /^(yes|true)$/i.test(text))

/** `22`. */
function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** `10`, `1m30s`, `none`. */
function seconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d+[smhdw]?)+$/i.test(text)) return undefined
  const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
  // 1m30s → 1m, 30s
  const parts = [...text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)]
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit || 's'] ?? 1), 0)
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

function dropUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>
}
