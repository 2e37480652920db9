import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import type { SshConfigQuestion, SshSettings } from './ssh-config.js'
import { flag, number, seconds } from './ssh-config-values.js'

/** Name lookups and the programs of `Match exec` may take their time, but no run waits for ever. */
const patienceMs = 20_000

/** What `ssh -G` makes of ssh_config for one host; undefined where there is no ssh, or it does not take the config. */
export function sshSays(
  { alias, user }: SshConfigQuestion,
  { configFile, env }: { readonly configFile?: string | undefined; readonly env: NodeJS.ProcessEnv },
): Promise<SshSettings | undefined> {
  const config = configFile === undefined ? [] : ['-F', configFile]
  const login = user === undefined ? [] : ['-l', user]
  return new Promise((resolve) => {
    const options = { env, timeout: patienceMs, encoding: 'utf8' } as const
    const child = execFile('ssh', ['-G', ...config, ...login, '--', alias], options, (error, text) =>
      resolve(error ? undefined : parseSshSays(text, userInfo().homedir)),
    )
    child.stdin?.end()
  })
}

/** The lines of `ssh -G`, less what it puts in where nothing is said. `home`: that of the account. */
export function parseSshSays(text: string, home: string): SshSettings {
  const all = (keyword: string) =>
    text.split('\n').flatMap((line) => (line.startsWith(`${keyword} `) ? [line.slice(keyword.length + 1)] : []))
  const one = (keyword: string, unsaid?: string) => all(keyword).find((value) => value !== unsaid)
  const files = (keyword: string, unsaid: string) => one(keyword, unsaid)?.split(' ')
  const identities = all('identityfile')
  const settings = {
    hostName: one('hostname'),
    user: one('user'),
    port: number(one('port')),
    identitiesOnly: flag(one('identitiesonly')),
    identityAgent: one('identityagent'),
    proxyJump: one('proxyjump'),
    proxyCommand: one('proxycommand'),
    userKnownHostsFiles: files('userknownhostsfile', `${home}/.ssh/known_hosts ${home}/.ssh/known_hosts2`),
    globalKnownHostsFiles: files('globalknownhostsfile', '/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2'),
    hashKnownHosts: flag(one('hashknownhosts')),
    // It prints `true` and `false` for these.
    strictHostKeyChecking:
      { true: 'yes', false: 'no' }[one('stricthostkeychecking', 'ask') ?? ''] ?? one('stricthostkeychecking', 'ask'),
    connectTimeout: seconds(one('connecttimeout')),
    serverAliveInterval: seconds(one('serveraliveinterval', '0')),
    serverAliveCountMax: number(one('serveralivecountmax', '3')),
    hostKeyAlias: one('hostkeyalias'),
    pkcs11Provider: one('pkcs11provider', 'none'),
    hostbased: flag(one('hostbasedauthentication')),
    gssapi: flag(one('gssapiauthentication')),
  }
  const said = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
  return { ...said, identityFiles: isUsual(identities) ? [] : identities, certificateFiles: all('certificatefile') }
}

// ~/.ssh/id_rsa, ~/.ssh/id_ed25519_sk: all of ssh's own, and so of nobody's saying
const isUsual = (files: readonly string[]) => files.length > 3 && files.every((file) => /^~\/\.ssh\/id_\w+$/.test(file))
