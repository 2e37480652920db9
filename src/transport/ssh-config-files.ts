import { readdirSync, readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { matchPatterns } from './known-hosts.js'
import { expandHome } from './ssh-tokens.js'

/** The text of a file, or undefined where there is none, or none for us. */
export function readConfigFile(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}

/** The files that `~/.ssh/config.d/*` or `work/*.conf` name, in order; a relative pattern starts from `folder`. */
export function globConfigFiles(pattern: string, folder: string, home: string): string[] {
  const whole = posix.resolve(folder, expandHome(pattern, home))
  const parts = whole.split('/').slice(1)
  return parts.reduce<string[]>((found, part) => found.flatMap((path) => step(path, part)), [''])
}

function step(folder: string, part: string): string[] {
  if (!/[*?]/.test(part)) return [`${folder}/${part}`]
  const names = list(`${folder}/`).filter((name) => matchPatterns([part], name))
  // As in a shell, a `*` does not stand for hidden files.
  return names.filter((name) => part.startsWith('.') || !name.startsWith('.')).map((name) => `${folder}/${name}`)
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
