import type { Path } from './diagnostic.js'
import type { Scope } from './scope.js'

/** A port that is written with a host or without, which is this one then. Reports what is none. */
export function portOf(written: string, path: Path, scope: Scope): { title: string; host: string; port: number } {
  // `8001`   `db1:5432`   `[::1]:80`
  const match = /^(?:(?:\[([^\]]+)\]|([^:[\]\s]+)):)?(\d{1,5})$/.exec(written.trim())
  const port = Number(match?.[3] ?? 0)
  // What it names is not known: that has been said.
  if (written === '') return { title: '', host: '', port: 0 }
  if (match === null || port < 1 || port > 65535) {
    scope.findings.report(path, `should be a port, 1 to 65535, or host:port, not ${written}`)
    return { title: '', host: '', port: 0 }
  }
  const host = match[1] ?? match[2]
  return { title: host === undefined ? `port ${port}` : written.trim(), host: host ?? '127.0.0.1', port }
}
