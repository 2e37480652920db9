import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { processes } from './processes.js'

/** Where a release keeps its env: `…/releases/7/env`, and the texts of its services. */
const kept = /\/releases\/\d+\/(env|services\/[^/]+|cron\/[^/]+)$/

/**
 * Where a secret is and must not be: in any file below the folders of venvoy's own side (records of runs, logs, caches), in any
 * file of a host but the env of releases, in one of those that others may read, or in the arguments of a process.
 */
export function leaksOf(secret: string, hosts: readonly string[], here: readonly string[]): string[] {
  const holding = (folders: readonly string[]) =>
    spawnSync('grep', ['-rlFa', secret, ...folders], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter(Boolean)
  const open = holding(hosts).filter((path) => !kept.test(path) || (statSync(path).mode & 0o077) !== 0)
  return [...open, ...holding(here), ...argumentsWith(secret)]
}

/** The processes that show a secret to whoever calls `ps`. */
export const argumentsWith = (secret: string): string[] =>
  processes()
    .filter(({ args }) => args.includes(secret) && !args.startsWith('grep '))
    .map(({ args }) => args)
