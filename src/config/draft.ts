import { parseAddress } from './address.js'
import type { GitGlimpse, Glimpse } from './glimpse.js'
import { findInstall, type Install } from './install.js'
import { lookAtPyproject } from './pyproject.js'
import { findWebApp, type WebApp } from './web-app.js'

/** What a first deploy.yml is to say, concluded from a glimpse. */
export interface Draft {
  readonly project: string
  /** Absent: the folder itself. */
  readonly git?: { readonly url: string; readonly ref?: string; readonly subdirectory?: string }
  readonly hosts: readonly DraftHost[]
  /** Whether the host is only an example, because none or too many are known. */
  readonly needsHost: boolean
  /** Hosts of ssh_config, where none was taken. */
  readonly knownHosts: readonly string[]
  readonly python: { readonly version: string; readonly why: string }
  readonly install: Install
  readonly app?: WebApp
}

interface DraftHost {
  readonly name: string
  /** As `user@address:port`, or a name of ssh_config. */
  readonly address: string
}

/** Concludes; where several answers are possible, the cautious one. */
export function draftOf(glimpse: Glimpse): Draft {
  const { folder, files, git, namedHosts } = glimpse
  const pyproject = lookAtPyproject(files.get('pyproject.toml') ?? '')
  const app = findWebApp(files)
  const known = hostsForDeploys(glimpse)
  // One alone will be it; which of several, only the person knows.
  const taken = namedHosts.length > 0 ? namedHosts : known.length === 1 ? known : []
  const source = git?.remote === undefined ? undefined : gitSource(git.remote, git)
  return {
    project: nameFrom(pyproject.name ?? folder) ?? 'project',
    ...(source && { git: source }),
    hosts: taken.length === 0 ? [{ name: 'web1', address: 'deploy@web1.example.com' }] : nameHosts(taken),
    needsHost: taken.length === 0,
    knownHosts: taken.length === 0 ? known : [],
    python: pythonOf(files.get('.python-version'), pyproject.requiresPython),
    install: findInstall(files, pyproject),
    ...(app && { app }),
  }
}

/** `My Blog` → `My-Blog`; undefined where no letter or digit is in it. */
function nameFrom(text: string): string | undefined {
  const name = text
    // What no name may hold, and what none may begin or end with.
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|[-._]+$/g, '')
    .slice(0, 64)
  return name === '' ? undefined : name
}

function gitSource(remote: string, { branch, subdirectory }: GitGlimpse): Draft['git'] {
  return {
    // `https://ann:token@git.example.com/x`: a password is no business of a file that is shared
    url: remote.replace(/^(https?:\/\/)[^/@]*@/i, '$1').replace(/^(\w+:\/\/[^/@:]*):[^/@]*@/, '$1@'),
    ...(branch !== undefined && { ref: branch }),
    ...(subdirectory !== undefined && { subdirectory }),
  }
}

/** The hosts of ssh_config but those that only serve git. */
function hostsForDeploys({ sshHosts, git }: Glimpse): string[] {
  const forge = /^(?:[^@/]*@)?([^:/]+):/.exec(git?.remote?.replace(/^[a-z+]+:\/\//i, '') ?? '')?.[1]?.toLowerCase()
  // `github.com`, `gitlab-work`, `git.example.com`
  const servesGit = /^(?:git|github|gitlab|bitbucket|codeberg|gitea)\b/i
  return sshHosts.filter((name) => !servesGit.test(name) && name.toLowerCase() !== forge && parseAddress(name))
}

/** Each host by the first part of its address, or by all of it where two share that. */
function nameHosts(addresses: readonly string[]): DraftHost[] {
  const shorts = addresses.map(shortName)
  return addresses.map((address, i) => {
    const isAlone = shorts.indexOf(shorts[i]!) === shorts.lastIndexOf(shorts[i]!)
    return { name: isAlone ? shorts[i]! : (nameFrom(address) ?? `host${i + 1}`), address }
  })
}

function shortName(text: string): string {
  const address = parseAddress(text)?.address ?? text
  // `10.0.0.7` has no first part to go by.
  const short = /^[\d.]+$/.test(address) ? address : address.split('.')[0]!
  return nameFrom(short) ?? 'host'
}

function pythonOf(pinned: string | undefined, required: string | undefined): Draft['python'] {
  // `3.11`, `3.11.7`; pyenv's `pypy3.10` and lists of several are no version of ours
  const minor = /^(3\.\d+)(?:\.\d+)?\s*$/.exec(pinned ?? '')?.[1]
  if (minor !== undefined) return { version: minor, why: 'as .python-version says' }
  if (required === undefined) return { version: '3', why: 'a version like 3.12, or the path of an interpreter' }
  return { version: '3', why: `pyproject.toml wants ${required.replaceAll(/\s+/g, ' ')}: say which, like 3.12` }
}
