import { matchPatterns } from './known-hosts.js'
import { parseLines, type SshConfigSources } from './ssh-config.js'

const deepest = 16

/** The names that the `Host` lines of ssh_config give, in order, as far as they are called like one of the patterns. */
export function sshConfigHosts(
  sources: Pick<SshConfigSources, 'files' | 'read' | 'glob'>,
  patterns: readonly string[],
): string[] {
  const names: string[] = []
  const readFile = (path: string, folder: string, depth: number): void => {
    for (const { keyword, args } of parseLines(sources.read(path) ?? '', path)) {
      // `web*` and `!old` are patterns, and no hosts
      if (keyword === 'host') names.push(...args.filter((name) => !/[*?!]/.test(name)))
      if (keyword !== 'include' || depth >= deepest) continue
      for (const inner of args.flatMap((pattern) => sources.glob(pattern, folder))) readFile(inner, folder, depth + 1)
    }
  }
  for (const { path, folder } of sources.files) readFile(path, folder, 0)
  return [...new Set(names)].filter((name) => matchPatterns(patterns, name))
}
