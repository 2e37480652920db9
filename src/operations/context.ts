import type { HostSpec, InstanceSpec, VenvSpec } from '../config/spec.js'
import type { InstanceFacts } from '../facts/facts.js'
import { exec, path } from '../shell/command.js'
import { type Context, emptyContext, prefix, withEnv, withHooks, within, withPath } from '../shell/context.js'

/** What surrounds the commands of an instance: its env, its venv by `workon`, the tree of its current release. */
export const instanceContext = (spec: InstanceSpec): Context =>
  within(workingOn(spec, envOf(spec)), `${spec.to}/current/tree`)

/** What surrounds commands that are about a venv and not about its instance: the ports of that may not be given out yet. */
export const venvContext = (spec: InstanceSpec): Context =>
  workingOn(spec, withEnv(hostContext(spec.host), homeEnv(spec.venv)))

function workingOn({ venv }: InstanceSpec, outer: Context): Context {
  const context = prefix(outer, exec('workon', venv.name))
  return venv.hooks ? withHooks(context) : context
}

/**
 * What surrounds commands that run before a release serves: its own tree, and its own venv, which `workon` does not
 * lead to yet.
 */
export function releaseContext(
  spec: InstanceSpec,
  facts: Pick<InstanceFacts, 'to'>,
  number: number,
  venvPath: string,
): Context {
  const venv = withEnv(envOf(spec), { VIRTUAL_ENV: venvPath, VIRTUAL_ENV_PROMPT: spec.venv.name })
  return within(withPath(venv, `${venvPath}/bin`), `${facts.to}/releases/${number}/tree`)
}

/** What surrounds the commands of a host. */
export const hostContext = (host: HostSpec): Context => withEnv(emptyContext, host.env)

function envOf(spec: InstanceSpec): Context {
  return withEnv(withEnv(hostContext(spec.host), homeEnv(spec.venv)), spec.env)
}

/** `workon` looks where the file says, not where the login shell does. */
const homeEnv = ({ home }: VenvSpec): Context['env'] => ({ WORKON_HOME: path(home) })
