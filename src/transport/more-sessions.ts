import { VenvoyError } from '../errors.js'
import { type ChannelHost, openChannel } from './ssh-channel.js'
import type { Channel, OnOutput } from './transport.js'

type Open = (command: string, input: Uint8Array, onOutput: OnOutput) => Promise<Channel>

/**
 * Opens channels on a host. Where a connection that has some of ours gives no more (MaxSessions), a further one is made: to wait
 * for another command to end would be for ever, if that one waits for this.
 */
export function moreSessions(first: ChannelHost, another: () => Promise<ChannelHost>): Open {
  const connections = [{ host: first, running: 0 }]
  const openOn = async (connection: (typeof connections)[number], ...asked: Parameters<Open>) => {
    connection.running += 1
    try {
      const channel = await openChannel(connection.host, ...asked)
      void channel.closed.then(() => {
        connection.running -= 1
      })
      return channel
    } catch (error) {
      connection.running -= 1
      throw error
    }
  }
  return async (...asked) => {
    for (const connection of connections) {
      try {
        return await openOn(connection, ...asked)
      } catch (error) {
        const isFull = error instanceof VenvoyError && connection.running > 0 && !connection.host.isLost()
        if (!isFull) throw error
      }
    }
    const further = { host: await another(), running: 0 }
    connections.push(further)
    return openOn(further, ...asked)
  }
}
