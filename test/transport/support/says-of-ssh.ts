import { execFileSync } from 'node:child_process'
import { userInfo } from 'node:os'
import type { SshSettings } from '../../../src/transport/ssh-settings.js'

/** What `ssh -G` says of a host by a config file; undefined where it does not take the file. */
export function saysOfSsh(configFile: string, alias: string, user?: string): SshSettings | undefined {
  const text = run(['-G', '-F', configFile, ...(user === undefined ? [] : ['-l', user]), '--', alias])
  if (text === undefined) return undefined
  const all = (keyword: string) =>
    text.split('\n').flatMap((line) => (line.startsWith(`${keyword} `) ? [line.slice(keyword.length + 1)] : []))
  const one = (keyword: string) => all(keyword)[0]
  return {
    hostName: one('hostname')!,
    user: one('user')!,
    port: Number(one('port')),
    identityFiles: all('identityfile'),
    certificateFiles: all('certificatefile'),
    identitiesOnly: one('identitiesonly') === 'yes',
    hashKnownHosts: one('hashknownhosts') === 'yes',
    strictHostKeyChecking: one('stricthostkeychecking')!,
    ...(one('proxyjump') === undefined ? {} : { proxyJump: one('proxyjump')! }),
    ...(one('proxycommand') === undefined ? {} : { proxyCommand: one('proxycommand')! }),
    ...(one('hostkeyalias') === undefined ? {} : { hostKeyAlias: one('hostkeyalias')! }),
    ...(one('identityagent') === undefined ? {} : { identityAgent: one('identityagent')! }),
    ...(one('pkcs11provider') === undefined ? {} : { pkcs11Provider: one('pkcs11provider')! }),
    ...(one('connecttimeout') === 'none' ? {} : { connectTimeout: Number(one('connecttimeout')) }),
    serverAliveInterval: Number(one('serveraliveinterval')),
    serverAliveCountMax: Number(one('serveralivecountmax')),
    hostbased: one('hostbasedauthentication') === 'yes',
    userKnownHostsFiles: one('userknownhostsfile')!.split(' '),
    globalKnownHostsFiles: one('globalknownhostsfile')!.split(' '),
    // Not every ssh is built with it.
    ...(one('gssapiauthentication') === undefined ? {} : { gssapi: one('gssapiauthentication') === 'yes' }),
  }
}

function run(args: readonly string[]): string | undefined {
  try {
    return execFileSync('ssh', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}

/** Ours with what ssh puts in where the file says nothing; `unsaid` is what it says of an empty file. */
export function filled(said: SshSettings, unsaid: SshSettings, alias: string, user?: string): SshSettings {
  const { proxyJump: jump, proxyCommand: command, pkcs11Provider, connectTimeout, ...others } = said
  const isSet = (text: string | undefined) => text !== undefined && text.toLowerCase() !== 'none'
  const strict = said.strictHostKeyChecking ?? 'ask'
  return {
    ...unsaid,
    ...others,
    // ssh does not print these when they are `none`, or nothing.
    ...(isSet(jump) && { proxyJump: jump! }),
    ...(isSet(command) && { proxyCommand: command! }),
    ...(isSet(pkcs11Provider) && { pkcs11Provider: pkcs11Provider! }),
    ...(connectTimeout === undefined ? {} : { connectTimeout }),
    hostName: said.hostName ?? alias.toLowerCase(),
    user: user ?? said.user ?? userInfo().username,
    identityFiles: said.identityFiles.length > 0 ? said.identityFiles : unsaid.identityFiles,
    // ssh prints `yes` and `no` as these.
    strictHostKeyChecking: { yes: 'true', no: 'false', off: 'false' }[strict] ?? strict,
    ...(said.identityAgent === undefined ? {} : { identityAgent: atHome(said.identityAgent) }),
    userKnownHostsFiles: (said.userKnownHostsFiles ?? unsaid.userKnownHostsFiles)!.map(atHome),
  }
}

const atHome = (path: string) => path.replace(/^~(?=\/)/, userInfo().homedir)
