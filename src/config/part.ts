import type { Path } from './diagnostic.js'

/** Which part of the file a path is in: what its keys mean. */
export type Part =
  | 'project'
  | 'host'
  | 'group'
  | 'inventory'
  | 'instance'
  | 'venv'
  | 'hooks'
  | 'installer'
  | 'source'
  | 'deploy'
  | 'template'
  | 'wrapper'
  | 'service'
  | 'manager'
  | 'cron'
  | 'step'
  | 'health'
  | 'param'
  | 'secret'
  | 'port'
  | 'other'

/** `['instances', 'blog', 'venv']` is a venv, as `['venv']` is. */
export function partOf(path: Path): Part {
  const [top, name, ...rest] = path
  if (top === undefined) return 'project'
  if (top === 'hosts') return path.length === 2 ? 'host' : 'other'
  if (top === 'inventory') return path.length === 2 ? 'inventory' : 'other'
  if (top === 'secrets') return path.length === 2 ? 'secret' : 'other'
  if (top === 'groups') return path.length === 2 ? 'group' : 'other'
  if (top === 'tasks' && rest[0] === 'params') return rest.length === 2 ? 'param' : 'other'
  if (top === 'tasks') return name === undefined ? 'other' : 'step'
  if (top !== 'instances') return partOfTarget(path)
  if (name === undefined) return 'other'
  return rest.length === 0 ? 'instance' : partOfTarget(rest)
}

function partOfTarget([key, ...rest]: Path): Part {
  if (key === 'port' || key === 'ports') return 'port'
  if (key === 'deploy' && rest[0] === 'templates') return rest.length === 2 ? 'template' : 'other'
  if (key === 'deploy' && rest[0] === 'wrappers') return rest.length === 2 ? 'wrapper' : 'other'
  if (key === 'deploy' && rest[0] === 'health') return rest.at(-1) === 'headers' ? 'other' : 'health'
  if (key === 'services') return rest.length === 1 ? 'service' : 'other'
  if (key === 'service_manager') return 'manager'
  if (key === 'cron') return rest.length === 1 ? 'cron' : 'other'
  if (key === 'deploy' && rest.length > 0) return 'step'
  if (key === 'venv' && (rest[0] === 'hooks' || rest[0] === 'installer')) return rest[0]
  return key === 'venv' || key === 'source' || key === 'deploy' ? key : 'other'
}
