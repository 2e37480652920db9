import { namesOf } from '../config/tasks.js'
import { hostContext } from '../operations/context.js'
import { callsOn } from '../run/call-task.js'
import { unknownTask } from '../run/dynamic.js'
import { Here } from '../run/here.js'
import { connect } from '../run/hosts.js'
import { SudoOnHost } from '../run/sudo-on-host.js'
import { taskContext } from '../run/task-context.js'
import { openSession } from '../transport/session.js'
import type { ConnectedHost, ConnectOptions, HostLike } from './library-options.js'
import { programHosts, programRun, programWorld } from './program-run.js'

/** Logs in to one host; each command is one round trip from then on. */
export async function connectTo(host: HostLike, options: ConnectOptions): Promise<ConnectedHost> {
  const world = programWorld(options)
  const hosts = programHosts([host])
  const { spec } = hosts[0]!
  const { run, close } = programRun(world, hosts, options)
  const folder = options.folder ?? world.cwd
  try {
    const connection = await connect(run, spec)
    const session = await openSession(connection, { lost: 'kill' })
    const here = new Here(run)
    const sudo = new SudoOnHost(run, spec)
    const call = callsOn({ connection, host: spec, find: unknownTask, open: [] })
    const target = { host: spec.name }
    const context = hostContext(spec)
    const names = namesOf('program', spec)
    return {
      ...taskContext({
        ...{ run, session, sudo, here, folder, target, context, call, names },
        asked: {},
        count: { steps: 0, changes: [] },
        roots: new Map(),
      }),
      login: connection.login,
      async close() {
        here.close()
        session.close()
        connection.close()
        await close()
        run.emit({ type: 'host:end', host: spec.name, outcome: 'ok' })
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
