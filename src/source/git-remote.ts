import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { VenvoyError } from '../errors.js'
import type { Login } from './login.js'

/** Where a repository is, without what opens it. */
export interface GitRemote {
  /** For git, for people and for naming the mirror: never with a password. */
  readonly address: string
  /** What git needs to log in: options before the command, and the env that they read. */
  readonly options: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Answers git from the env, so that a password stands in no command line, which everyone on this machine could read. */
const helper =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$VENVOY_GIT_USER" "$VENVOY_GIT_PASSWORD"; }; f'

/**
 * A repository from its URL or its path; a relative path starts at `base`, the folder of deploy.yml. What `login` says goes over
 * the URL's own. Throws a VenvoyError for what git would take for an option or cannot be a URL.
 */
export function gitRemote(url: string, base: string, login: Login = {}): GitRemote {
  if (Object.keys(login).length > 0 && !/^https?:/i.test(url)) throw noPasswordBy(url)
  if (url === '' || url.startsWith('-')) throw notAnAddress(JSON.stringify(url))
  // `https://…`, `ssh://…`, `file://…`
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return fromUrl(url, login)
  // `git@git.example.com:acme/blog.git`: as git has it, a colon before the first slash
  if (/^[^/]+:/.test(url)) return bare(url)
  return bare(localPath(url, base))
}

/** A path as deploy.yml may write it: `~/` is this user's home folder, a relative one starts at `base`. */
export function localPath(path: string, base: string): string {
  if (path === '~' || path.startsWith('~/')) return resolve(homedir(), path.slice(2))
  return resolve(base, path)
}

/**
 * What two addresses of one repository have in common, whatever protocol they take:
 * `git@git.example.com:acme/blog.git` and `https://git.example.com/acme/blog` → `git.example.com/acme/blog`.
 */
export function repositoryOf(address: string): string {
  const plain = address
    .replace(/^file:\/\//i, '')
    // `ssh://git@git.example.com:22/acme` → `git.example.com/acme`
    .replace(/^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:]*)(?::\d+)?/i, '$1')
    // `git@git.example.com:acme` → `git.example.com/acme`
    .replace(/^(?:[^/@]*@)?([^/:]+):\/?/, '$1/')
  // `/blog.git/` → `/blog`
  return plain.replace(/\/+$/, '').replace(/\/?\.git$/, '')
}

function fromUrl(text: string, login: Login): GitRemote {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw notAnAddress(text.replace(/\/\/.*@/, '//'))
  const username = login.user ?? decodeURIComponent(url.username)
  const password = login.password ?? decodeURIComponent(url.password)
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:'
  url.password = ''
  // The name is the token on some sites; for ssh it is the login.
  if (isHttp) url.username = ''
  if (username === '' && password === '') return bare(text)
  if (!isHttp) return bare(url.href)
  return {
    address: url.href,
    options: ['-c', 'credential.helper=', '-c', `credential.helper=${helper}`],
    env: { VENVOY_GIT_USER: username, VENVOY_GIT_PASSWORD: password },
  }
}

const bare = (address: string): GitRemote => ({ address, options: [], env: {} })

const noPasswordBy = (url: string) =>
  new VenvoyError({
    kind: 'config',
    where: `source ${url.replace(/\/\/.*@/, '//')}`,
    what: 'user and password of a git source are for https',
    next: 'with ssh, keys and ssh_config log in',
  })

const notAnAddress = (shown: string) =>
  new VenvoyError({ kind: 'config', where: `source ${shown}`, what: 'not the address of a git repository' })
