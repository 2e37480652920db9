import type { PseudoTtyOptions } from 'ssh2'
import type { RawSession, Sessions } from './logged-in.js'
import type { MuxConnection } from './mux-connection.js'
import { field, number } from './ssh-wire.js'

/** What a connection that an ssh process holds can be asked for. */
export function muxSessions(mux: MuxConnection, isOpenSsh: boolean): Sessions {
  const none = Buffer.alloc(0)
  const open = async (): Promise<RawSession> => {
    const channel = await mux.open('session')
    return { channel, exec: (command, early) => channel.request('exec', field(command), early, isOpenSsh) }
  }
  return {
    open,
    async exec(command) {
      const { channel, exec } = await open()
      await exec(command, none)
      return channel
    },
    async terminal(pty, command) {
      const channel = await mux.open('session')
      await channel.request('pty-req', ptyDetails(pty), none, isOpenSsh)
      await (command === undefined
        ? channel.request('shell', none, none, isOpenSsh)
        : channel.request('exec', field(command), none, isOpenSsh))
      return channel
    },
    forward: (hostName, port) =>
      mux.open('direct-tcpip', Buffer.concat([field(hostName), number(port), field('127.0.0.1'), number(0)])),
  }
}

/** Modes are left as the host has them: the list ends at once. */
const ptyDetails = ({ term = '', cols = 80, rows = 24 }: PseudoTtyOptions) =>
  Buffer.concat([field(term), number(cols), number(rows), number(0), number(0), field(Buffer.of(0))])
