import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { listAgent } from './agent-list.js'
import { describeCertificate, parseCertificate } from './certificate.js'
import type { Route } from './route.js'

/** What could open a host and only the system's ssh can show, by names for people. */
export interface SshOnlyKeys {
  readonly certificates: readonly string[]
  /** What the certificates in files say, one line each. */
  readonly shown: readonly string[]
  /** Of the kinds that a security key holds (FIDO). */
  readonly securityKeys: readonly string[]
}

/** Looks at the files and the agent of a route. Each is looked at once a run. */
export function createSshOnlyKeys(): (route: Route) => Promise<SshOnlyKeys> {
  const cache = new Map<string, Promise<unknown>>()
  const once = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const known = (cache.get(key) as Promise<T> | undefined) ?? make()
    cache.set(key, known)
    return known
  }
  return async ({ keys, certificates }) => {
    const besides = keys.files.map(({ path }) => `${path.replace(/\.pub$/, '')}-cert.pub`)
    const paths = [...new Set([...certificates, ...besides])]
    const files = await Promise.all(paths.map((path) => once(path, () => certificateIn(path))))
    const kinds = await Promise.all(keys.files.map(({ path }) => once(`kind ${path}`, () => isSecurityKey(path))))
    const agent = keys.agent
    // ssh does not show what else the agent holds either.
    const held = agent === undefined || keys.only ? [] : await once(`agent ${agent}`, () => listAgent(agent))
    const name = (comment: string, type: string) => `agent ${comment || type}`
    return {
      certificates: [
        ...files.flatMap((file) => (file === undefined ? [] : [file.name])),
        // ssh-ed25519-cert-v01@openssh.com
        ...held.flatMap(({ type, comment }) => (/-cert-v01@openssh\.com$/.test(type) ? [name(comment, type)] : [])),
      ],
      shown: files.flatMap((file) => (file === undefined ? [] : [`shown: ${file.name}${file.says}`])),
      securityKeys: [
        ...keys.files.flatMap(({ path }, index) => (kinds[index] ? [basename(path)] : [])),
        // sk-ssh-ed25519@openssh.com
        ...held.flatMap(({ type, comment }) =>
          /^sk-.*(?<!cert-v01)@openssh\.com$/.test(type) ? [name(comment, type)] : [],
        ),
      ],
    }
  }
}

async function certificateIn(path: string): Promise<{ readonly name: string; readonly says: string } | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const certificate = parseCertificate(text)
  const says = certificate === undefined ? '' : `, ${describeCertificate(certificate, Date.now() / 1000)}`
  return { name: basename(path), says }
}

/** By its public half: the private one does not say it before its passphrase. */
async function isSecurityKey(path: string): Promise<boolean> {
  const text = await readFile(path.endsWith('.pub') ? path : `${path}.pub`, 'utf8').catch(() => '')
  return text.startsWith('sk-')
}
