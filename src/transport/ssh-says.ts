import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import type { SshConfigQuestion } from './ssh-config.js'
import { readSettings, type SshSettings } from './ssh-settings.js'

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

/** What `ssh -G` prints where nothing is said. */
const unsaid = (home: string): Readonly<Record<string, string>> => ({
  userknownhostsfile: `${home}/.ssh/known_hosts ${home}/.ssh/known_hosts2`,
  globalknownhostsfile: '/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2',
  stricthostkeychecking: 'ask',
  serveraliveinterval: '0',
  serveralivecountmax: '3',
  pkcs11provider: 'none',
})

const isList = (keyword: string) => keyword.endsWith('knownhostsfile')

/** The lines of `ssh -G`, less what it puts in where nothing is said. `home`: that of the account. */
export function parseSshSays(text: string, home: string): SshSettings {
  const all = (keyword: string) =>
    text.split('\n').flatMap((line) => (line.startsWith(`${keyword} `) ? [line.slice(keyword.length + 1)] : []))
  const usual = unsaid(home)
  const list = (keyword: string) => {
    const said = all(keyword).filter((value) => value !== usual[keyword])
    if (said.length === 0) return undefined
    return isList(keyword) ? said[0]!.split(' ') : said
  }
  const identities = all('identityfile')
  return {
    ...readSettings(list),
    identityFiles: isUsual(identities) ? [] : identities,
    certificateFiles: all('certificatefile'),
  }
}

// ~/.ssh/id_rsa, ~/.ssh/id_ed25519_sk: all of ssh's own, and so of nobody's saying
const isUsual = (files: readonly string[]) => files.length > 3 && files.every((file) => /^~\/\.ssh\/id_\w+$/.test(file))
