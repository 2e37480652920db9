import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** How a host treats the connections that come from now on. */
export interface EmbeddedFaults {
  /** Hang up at once. */
  readonly refuse?: boolean
  /** Milliseconds before anything is said; `Infinity` for never. */
  readonly bannerDelay?: number
}

/** The TCP side of a host. */
interface Door {
  readonly port: number
  count(): number
  drop(): void
  setFaults(faults: EmbeddedFaults): void
  close(): Promise<void>
}

/** Listens and hands on what comes in. Rejects when the address cannot be listened on. */
export async function openDoor(address: string, port: number, receive: (socket: Socket) => void): Promise<Door> {
  const sockets = new Set<Socket>()
  let faults: EmbeddedFaults = {}

  const server = createServer((socket) => {
    if (faults.refuse === true) return void socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.unref().setNoDelay(true)
    receiveAfter(faults.bannerDelay ?? 0, socket, receive)
  })
  server.listen(port, address)
  await once(server, 'listening')
  // A forgotten host must not keep the program that embeds it from ending.
  server.unref()

  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    count: () => sockets.size,
    drop,
    setFaults(next) {
      faults = next
    },
    async close() {
      drop()
      server.ref().close()
      await once(server, 'close')
    },
  }
}

function receiveAfter(delay: number, socket: Socket, receive: (socket: Socket) => void): void {
  if (delay === 0) {
    receive(socket)
    return
  }
  socket.on('error', () => {})
  if (delay === Number.POSITIVE_INFINITY) {
    // Reading is what notices that the client has given up.
    socket.resume()
    return
  }
  const timer = setTimeout(() => receive(socket), delay).unref()
  socket.once('close', () => clearTimeout(timer))
}
