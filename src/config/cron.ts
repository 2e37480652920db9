import { commandOf } from './command-text.js'
import type { CronSpec } from './cron-spec.js'
import { cronTimeProblem, splitCronLine } from './cron-time.js'
import type { Path } from './diagnostic.js'
import { envOf } from './env.js'
import { layer } from './names.js'
import type { CronInput } from './schema.js'
import type { Scope } from './scope.js'

/** What cron runs for an instance. Reports times that cron would not take, and names that are there twice. */
export function resolveCron(written: readonly CronInput[], path: Path, scope: Scope): CronSpec[] {
  const names = new Set<string>()
  return written.flatMap((each, i) => {
    const at = [...path, i]
    const job = typeof each === 'string' ? line(each, `${i + 1}`, at, scope) : detailed(each, `${i + 1}`, at, scope)
    if (job === undefined) return []
    if (names.has(job.name)) scope.findings.report(at, `${job.name} is the name of another line`)
    names.add(job.name)
    return [job]
  })
}

function line(text: string, name: string, path: Path, scope: Scope): CronSpec | undefined {
  const split = splitCronLine(text)
  if (split === undefined) {
    const hint = '"*/5 * * * *  python manage.py send_queued", or "@daily COMMAND"'
    scope.findings.report(path, "should be a time of cron's and a command", { hint })
    return undefined
  }
  reportTime(split.at, path, scope)
  return { name, at: split.at, command: commandOf(split.run, path, scope), env: {} }
}

function detailed(
  { at, run, env, name: own }: Exclude<CronInput, string>,
  name: string,
  path: Path,
  scope: Scope,
): CronSpec {
  const time = scope
    .text(at, [...path, 'at'])
    .trim()
    .replace(/\s+/g, ' ')
  reportTime(time, [...path, 'at'], scope)
  const command = commandOf(run, [...path, 'run'], scope)
  return { name: own ?? name, at: time, command, env: envOf(layer([env, [...path, 'env']]), scope) }
}

function reportTime(at: string, path: Path, { findings }: Scope): void {
  const problem = cronTimeProblem(at)
  if (problem !== undefined) findings.report(path, problem)
}
