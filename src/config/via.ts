import type { Path } from './diagnostic.js'
import type { Findings } from './findings.js'
import type { SourceSpec } from './spec.js'

/** Whether the host is to fetch by itself. Reports a source of which it cannot. */
export function resolveVia(
  written: 'control' | 'host' | undefined,
  path: Path,
  { name, source }: { readonly name: string; readonly source: SourceSpec | undefined },
  findings: Findings,
): 'host' | undefined {
  if (written !== 'host') return undefined
  const mistake = source && mistakeIn(source)
  if (mistake !== undefined) findings.report(path, `host is not for ${name}: ${mistake}`)
  return 'host'
}

function mistakeIn(source: SourceSpec): string | undefined {
  if (source.kind !== 'git') return `its source is no git, but ${source.kind}`
  if (source.login !== undefined) return 'a host logs in by itself, without user and password of the source'
  // `https://…`, `git@git.example.com:acme/blog.git`, `/srv/git/blog.git`
  if (/^([a-z][a-z0-9+.-]*:\/\/|[^/]+:|\/)/i.test(source.url)) return undefined
  return `its source should be a URL, or an absolute path there, not ${source.url}`
}
