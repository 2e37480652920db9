import type { Context } from '../shell/context.js'
import { commandOf } from './command-text.js'
import type { Path } from './diagnostic.js'
import { envOf } from './env.js'
import { layer } from './names.js'
import type { StepMap } from './schema-step.js'
import type { Scope } from './scope.js'
import { user as userName } from './values.js'

/** The context that a step says itself. */
export function contextOf(step: StepMap, path: Path, scope: Scope): Context {
  const texts = (key: 'prefix' | 'path') =>
    [step[key] ?? []]
      .flat()
      .map((text, i) => [text, typeof step[key] === 'string' ? [...path, key] : [...path, key, i]] as const)
  const user = userOf(step, path, scope)
  return {
    env: envOf(layer([step.env, [...path, 'env']]), scope),
    path: texts('path').map(([folder, at]) => scope.text(folder, at)),
    prefixes: texts('prefix').map(([command, at]) => commandOf(command, at, scope)),
    ...(step.cd === undefined ? {} : { cwd: scope.text(step.cd, [...path, 'cd']) }),
    ...(user === undefined ? {} : { user }),
    ...(step.shell === undefined ? {} : { shell: step.shell }),
    ...(step.hooks === undefined ? {} : { hooks: step.hooks }),
  }
}

function userOf(step: StepMap, path: Path, scope: Scope): string | undefined {
  if (step.sudo !== undefined && step.user !== undefined)
    scope.findings.report([...path, 'user'], 'sudo is run with user: root', { hint: 'write run instead of sudo' })
  if (step.local !== undefined && step.user !== undefined)
    scope.findings.report([...path, 'user'], 'a local command runs as you')
  if (step.sudo !== undefined) return 'root'
  return step.user === undefined ? undefined : scope.checkedText(userName, step.user, [...path, 'user'])
}
