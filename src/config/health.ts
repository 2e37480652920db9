import { commandOf } from './command-text.js'
import type { Path } from './diagnostic.js'
import { portOf } from './port-text.js'
import type { HealthInput } from './schema-health.js'
import type { Scope } from './scope.js'
import { secondsOf } from './seconds.js'
import type { HealthSpec } from './spec.js'
import { textOrSecret } from './step-input.js'

const ofUrl = ['status', 'text', 'headers'] as const

/** The health checks of an instance, in order; `written` is one or a list. */
export function resolveHealth(
  written: HealthInput | readonly HealthInput[] | undefined,
  path: Path,
  scope: Scope,
): HealthSpec[] {
  if (written === undefined) return []
  if (!isList(written)) return [check(written, path, scope)]
  return written.map((each, i) => check(each, [...path, i], scope))
}

function check(written: HealthInput, path: Path, scope: Scope): HealthSpec {
  const { url, tcp, run, within, every } = written
  const times = {
    within: within === undefined ? 30 : secondsOf(within),
    every: every === undefined ? 1 : secondsOf(every),
  }
  if (url !== undefined) return { ...times, ...askedUrl({ ...written, url }, path, scope) }
  for (const key of ofUrl)
    if (written[key] !== undefined) scope.findings.report([...path, key], 'goes with url', { isKey: true })
  if (run !== undefined) return { ...times, kind: 'run', command: commandOf(run, [...path, 'run'], scope) }
  const { title, host, port } = portOf(scope.text(tcp ?? '', [...path, 'tcp']), [...path, 'tcp'], scope)
  return { ...times, kind: 'tcp', title, host, port }
}

function askedUrl(written: HealthInput & { readonly url: string }, path: Path, scope: Scope) {
  const url = scope.text(written.url, [...path, 'url'])
  // http://127.0.0.1:8001/healthz
  if (url !== '' && !/^https?:\/\/[^\s/?#]+\S*$/i.test(url))
    scope.findings.report([...path, 'url'], `should be an http:// or https:// URL, not ${url}`)
  const headers = Object.entries(written.headers ?? {}).map(
    ([name, value]) => [name, textOrSecret(value, [...path, 'headers', name], scope)] as const,
  )
  return {
    kind: 'url' as const,
    url,
    ...(written.status !== undefined && { status: [written.status].flat() }),
    ...(written.text !== undefined && { text: scope.text(written.text, [...path, 'text']) }),
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
  }
}

const isList = (written: HealthInput | readonly HealthInput[]): written is readonly HealthInput[] =>
  Array.isArray(written)
