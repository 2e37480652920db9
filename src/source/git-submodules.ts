import { VenvoyError } from '../errors.js'
import type { GitMirror } from './git-mirror.js'
import { type GitRemote, gitRemote } from './git-remote.js'

/** What `.gitmodules` says of one submodule. */
export interface Submodule {
  readonly url: string
  /** `update = none`: whoever clones the repository does not get it either. */
  readonly isLeftOut: boolean
}

/** The submodules that a commit names, by their paths from the top of the repository. */
export async function submodulesOf(mirror: GitMirror, commit: string): Promise<ReadonlyMap<string, Submodule>> {
  const { stdout } = await mirror.git('config', '--blob', `${commit}:.gitmodules`, '--list', '-z')
  const sections = new Map<string, Map<string, string>>()
  // `submodule.vendor/lib.url\n../lib.git`
  for (const [, name, key, value] of stdout.toString().matchAll(/submodule\.([^\n\0]*)\.(\w+)\n([^\0]*)\0/g))
    sections.set(name!, (sections.get(name!) ?? new Map()).set(key!, value!))
  const found = [...sections.values()].flatMap((section) => {
    const [path, url] = [section.get('path'), section.get('url')]
    if (path === undefined || url === undefined) return []
    return [[path, { url, isLeftOut: section.get('update') === 'none' }] as const]
  })
  return new Map(found)
}

/**
 * The repository of a submodule. Who writes `.gitmodules` does not choose what is read on this machine: a folder here is taken
 * only where the outer repository is one, and the outer one's password goes to its own site alone.
 */
export function submoduleRemote(url: string, outer: GitRemote, path: string): GitRemote {
  const isOuterLocal = isLocal(outer.address)
  // `./lib.git`, `../lib.git`, `..`
  const address = /^\.\.?(\/|$)/.test(url) ? relativeTo(outer.address, url) : url
  const remote = gitRemote(address, isOuterLocal ? outer.address.replace(/^file:\/\//, '') : '/')
  if (isOuterLocal) return remote
  if (isLocal(remote.address)) throw localSubmodule(outer, path, url)
  const isSameSite = siteOf(remote.address) === siteOf(outer.address)
  const login = remote.options.length === 0 && isSameSite ? outer : remote
  // As git itself does for submodules: no helper programs, no files of this machine.
  return { address: remote.address, options: login.options, env: { ...login.env, GIT_PROTOCOL_FROM_USER: '0' } }
}

/** As git does it: `https://git.example.com/acme/blog.git` and `../lib.git` → `https://git.example.com/acme/lib.git`. */
function relativeTo(base: string, url: string): string {
  let [at, rest, separator] = [base.replace(/\/+$/, ''), url, '/']
  while (/^\.\.?(\/|$)/.test(rest)) {
    if (rest.startsWith('..')) {
      // `git@git.example.com:blog.git` has a colon in front of its only part.
      const end = at.includes('/') ? at.lastIndexOf('/') : at.lastIndexOf(':')
      separator = at[end] ?? '/'
      at = at.slice(0, Math.max(end, 0))
    }
    rest = rest.replace(/^\.\.?\/?/, '')
  }
  return rest === '' ? at : `${at}${separator}${rest}`
}

// `/srv/git/blog.git`, `file:///srv/git/blog.git`
const isLocal = (address: string): boolean => /^(\/|file:)/i.test(address)

/** `https://git.example.com`; nothing for what has no password in its URL. */
const siteOf = (address: string): string | undefined =>
  /^https?:/i.test(address) && URL.canParse(address) ? new URL(address).origin : undefined

const localSubmodule = ({ address }: GitRemote, path: string, url: string) =>
  new VenvoyError({
    kind: 'config',
    where: `source ${address}`,
    what: `its submodule ${path} is a folder of this machine: ${url}`,
    why: ['a repository from elsewhere does not say which folders here are deployed'],
    next: 'give it the URL that others can read: git submodule set-url …',
  })
