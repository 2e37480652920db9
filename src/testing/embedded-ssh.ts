import { connect } from 'node:net'
import ssh2, { type Connection, type ServerChannel, type Session, type TcpipRequestInfo } from 'ssh2'
import { type CommandSetting, serveCommand } from './embedded-command.js'
import type { Doorkeeper } from './embedded-doorkeeper.js'
import type { ProcessGroups } from './embedded-process-groups.js'

/** The SSH side of a host: logins, exec requests, signals to what runs, and forwarding, so that it can be a bastion. */
export function createSshServer(
  hostKey: string,
  doorkeeper: Doorkeeper,
  setting: CommandSetting,
  groups: ProcessGroups,
): InstanceType<typeof ssh2.Server> {
  return new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    // One listener for each open channel.
    connection.setMaxListeners(0)
    // A client that goes away in the middle is an everyday thing for a host.
    connection.on('error', () => {})
    connection.on('authentication', doorkeeper)
    connection.on('session', (accept) => serveSession(connection, accept(), setting, groups))
    connection.on('tcpip', (accept, reject, info) => forward(info, accept, reject))
  })
}

function serveSession(connection: Connection, session: Session, setting: CommandSetting, groups: ProcessGroups): void {
  session.on('exec', (accept, _reject, { command }) => {
    const child = serveCommand({ connection, session, channel: accept() }, command, setting)
    if (child === undefined) return
    groups.add(child)
    session.on('signal', (taken, _refused, { name }) => {
      groups.signal(child, name)
      taken?.()
    })
  })
}

function forward({ destIP, destPort }: TcpipRequestInfo, accept: () => ServerChannel, reject: () => void): void {
  const target = connect(destPort, destIP)
  target.once('error', reject)
  target.once('connect', () => {
    target.off('error', reject)
    const channel = accept()
    target.on('error', () => channel.end())
    channel.on('close', () => target.destroy())
    target.pipe(channel).pipe(target)
  })
}
