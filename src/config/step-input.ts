import type { Secret } from '../shell/command.js'
import type { Path } from './diagnostic.js'
import type { Scalar } from './scalar.js'
import type { StepMap } from './schema-step.js'
import type { Scope } from './scope.js'
import type { CommandSpec } from './spec.js'
import { WrittenSecret } from './written-secret.js'

const keys = ['stdin', 'pty', 'answers'] as const

/** What a single command reads: on stdin, or on a terminal of its own. */
export function inputOf(step: StepMap, path: Path, scope: Scope): Pick<CommandSpec, 'stdin' | 'pty'> {
  const { stdin, pty = false, answers } = step
  const report = (key: string, message: string) => scope.findings.report([...path, key], message, { isKey: true })
  if (answers !== undefined && !pty) report('answers', 'needs pty: true')
  if (stdin !== undefined && pty) report('stdin', 'means nothing with pty: what is typed there are answers')
  const typed = Object.entries(answers ?? {}).map(
    ([prompt, answer]) => [prompt, textOrSecret(answer, [...path, 'answers', prompt], scope)] as const,
  )
  return {
    ...(stdin !== undefined && { stdin: textOrSecret(stdin, [...path, 'stdin'], scope) }),
    ...(pty && { pty: { answers: typed } }),
  }
}

/** Only one command can read something. */
export function refuseInput(step: StepMap, path: Path, { findings }: Scope): void {
  for (const key of keys)
    if (step[key] !== undefined)
      findings.report([...path, key], 'is for a single command, which run, sudo or local name', { isKey: true })
}

export const textOrSecret = (written: Scalar | WrittenSecret, path: Path, scope: Scope): string | Secret =>
  written instanceof WrittenSecret ? scope.secret(written, path, scope) : scope.text(written, path)
