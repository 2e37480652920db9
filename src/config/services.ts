import { commandOf } from './command-text.js'
import type { Path } from './diagnostic.js'
import { envOf } from './env.js'
import { layer } from './names.js'
import type { FileInput, InstanceInput, ServiceInput } from './schema.js'
import type { Scope } from './scope.js'
import { secondsOf } from './seconds.js'
import type { KeeperSpec, ServiceSpec } from './service-spec.js'
import { hostPath } from './values.js'

type Place = Pick<FileInput, 'services' | 'service_manager'>

/** The services of one instance: its own over the top-level ones; one that is said to be nothing there is none. */
export function resolveServices(
  top: Place,
  own: Pick<InstanceInput, keyof Place>,
  key: string,
  scope: Scope,
): ServiceSpec[] {
  const written = layer<ServiceInput>([top.services, ['services']], [own.services, ['instances', key, 'services']])
  return [...written].flatMap(([name, { value, path }]) => {
    if (value === null) return []
    return [typeof value === 'string' ? plain(name, value, path, scope) : detailed(name, value, path, scope)]
  })
}

const plain = (name: string, run: string, path: Path, scope: Scope): ServiceSpec =>
  detailed(name, { run }, path, scope, path)

function detailed(
  name: string,
  { run, env, stop_signal, stop_timeout, restart }: Exclude<ServiceInput, string | null>,
  path: Path,
  scope: Scope,
  runPath: Path = [...path, 'run'],
): ServiceSpec {
  return {
    name,
    command: commandOf(run, runPath, scope),
    env: envOf(layer([env, [...path, 'env']]), scope),
    stopSignal: stop_signal ?? 'TERM',
    stopTimeout: secondsOf(stop_timeout ?? 30),
    restart: restart ?? 'always',
  }
}

/** What is to keep them running. */
export function resolveKeeper(
  top: Place,
  own: Pick<InstanceInput, keyof Place>,
  key: string,
  scope: Scope,
): KeeperSpec {
  const written = own.service_manager ?? top.service_manager ?? 'auto'
  if (typeof written === 'string') return { use: written }
  const at = own.service_manager === undefined ? ['service_manager'] : ['instances', key, 'service_manager']
  if (written.config === undefined) return { use: written.use }
  const path = [...at, 'config']
  if (written.use !== 'supervisor') scope.findings.report(path, 'is for use: supervisor', { isKey: true })
  return { use: written.use, config: scope.checkedText(hostPath, written.config, path) }
}
