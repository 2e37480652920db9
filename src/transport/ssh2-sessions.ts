import type { Client, ClientChannel, PseudoTtyOptions } from 'ssh2'
import type { RawSession, Sessions } from './logged-in.js'
import type { Internals } from './ssh2-internals.js'

/** What a client of ssh2 can be asked for; `first` is a session that was opened along with the login. */
export function ssh2Sessions(
  client: Client,
  internals: Internals | undefined,
  first: Promise<RawSession> | undefined,
): Sessions {
  let opened = first
  const take = () => {
    const session = opened
    opened = undefined
    return session
  }
  return {
    open: () => take() ?? internals?.openSession(),
    exec: (command) => asked((done) => client.exec(command, done)),
    terminal(pty: PseudoTtyOptions, command) {
      // It was opened for a command without a terminal.
      void take()?.then(
        ({ channel }) => channel.close(),
        () => {},
      )
      return asked((done) => (command === undefined ? client.shell(pty, done) : client.exec(command, { pty }, done)))
    },
    // ssh2 throws when the connection has been lost meanwhile.
    forward: (hostName, port) => asked((done) => client.forwardOut('127.0.0.1', 0, hostName, port, done)),
  }
}

type Opened = (error: Error | undefined, channel: ClientChannel) => void

const asked = (ask: (done: Opened) => unknown) =>
  new Promise<ClientChannel>((resolve, reject) => {
    ask((error, channel) => (error ? reject(error) : resolve(channel)))
  })
