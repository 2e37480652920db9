import type { Report } from '../events.js'
import type { Params } from '../run/param.js'
import type { Task } from '../run/task.js'
import type { ConnectedHost, ConnectOptions, HostLike, ProgramRunOptions } from './library-options.js'

// SSH and all else is loaded when it is wanted: files of tasks import this module too.

/**
 * Logs in to a host, for a program: `const web = await connect('deploy@web1'); await web.run('uptime'); await web.close()`.
 * Host keys are checked against known_hosts. Rejects with a VenvoyError: `unreachable`, `host-key` or `config`.
 */
export async function connect(host: HostLike, options: ConnectOptions = {}): Promise<ConnectedHost> {
  const { connectTo } = await import('./connect-to.js')
  return connectTo(host, options)
}

/**
 * Runs a task on hosts, or on what a deploy.yml says, with all that it needs. What fails on hosts is in the report; what is wrong
 * before anything is contacted rejects with a VenvoyError of kind `config`.
 */
export async function run<P extends Params>(
  task: Task<P> | string,
  options: ProgramRunOptions<P> = {},
): Promise<Report> {
  const { runForProgram } = await import('./run-for-program.js')
  return runForProgram(task, options)
}
