import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net'

export interface CountingProxy {
  readonly port: number
  /** How many connections were made through it since the start. */
  connections(): number
  /**
   * Round trips since the start or the last `reset`: one for the TCP handshake of each connection, and the length of the
   * longest chain of "the client sends, the host answers, the client reads that and sends, …" of each connection. What
   * is sent without waiting for an answer adds nothing, however many packets it is; an answer counts when it is handed
   * to the client. To tell what waits from what is merely sent a moment later, it takes a `delayMs` above the pauses
   * within one answer: 30 will do. A larger one changes nothing.
   */
  roundTrips(): number
  /** Bytes that clients have sent since the start or the last `reset`. */
  sent(): number
  reset(): void
  /** From now on nothing passes; connections stay open. */
  stall(): void
  /** Cuts all connections. New ones are let through. */
  drop(): void
  /** The same once clients have sent so many bytes since the start or the last `reset`. */
  dropAfter(bytes: number): void
  stop(): Promise<void>
}

export interface ProxyOptions {
  /** Added to each direction, so that the round trip takes twice as long. */
  readonly delayMs?: number
  readonly host?: string
}

/** A TCP proxy on a loopback port that counts round trips, delays, drops and stalls. */
export async function startProxy(target: number, options: ProxyOptions = {}): Promise<CountingProxy> {
  const links: Link[] = []
  const state = { stalled: false }
  let base = 0
  let sentBefore = 0
  const bytes = () => links.reduce((sum, link) => sum + link.sent(), 0)
  const total = () => links.reduce((sum, link) => sum + 1 + link.answered, 0)
  let limit = Number.POSITIVE_INFINITY
  const drop = () => {
    for (const link of links) link.cut()
  }
  const server = createServer((client) => {
    const host = tcpConnect({ port: target, host: options.host ?? '127.0.0.1' })
    links.push(join(client, host, options.delayMs ?? 0, state))
    client.on('data', () => {
      if (bytes() - sentBefore < limit) return
      limit = Number.POSITIVE_INFINITY
      drop()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server),
    connections: () => links.length,
    roundTrips: () => total() - base,
    sent: () => bytes() - sentBefore,
    reset() {
      base = total()
      sentBefore = bytes()
    },
    stall() {
      state.stalled = true
    },
    drop,
    dropAfter(bytes) {
      limit = bytes
    },
    stop() {
      drop()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

interface Link {
  /** The depth of the deepest answer that the client was handed. */
  answered: number
  sent(): number
  cut(): void
}

/**
 * Every piece of data has a depth: what the client sends is one deeper than the deepest answer it was handed before, and
 * what the host sends is as deep as the deepest question it was handed before.
 */
function join(client: Socket, host: Socket, delayMs: number, state: { readonly stalled: boolean }): Link {
  const link: Link = {
    answered: 0,
    sent: () => client.bytesRead,
    cut() {
      client.resetAndDestroy()
      host.resetAndDestroy()
    },
  }
  let asked = 0
  client.setNoDelay(true)
  host.setNoDelay(true)
  forward(client, host, delayMs, state, () => {
    const depth = link.answered + 1
    return () => {
      asked = Math.max(asked, depth)
    }
  })
  forward(host, client, delayMs, state, () => {
    const depth = asked
    return () => {
      link.answered = Math.max(link.answered, depth)
    }
  })
  return link
}

/** Hands on each chunk in order after the delay; `read` is called when it comes in, what it returns when it goes out. */
function forward(
  from: Socket,
  to: Socket,
  delayMs: number,
  state: { readonly stalled: boolean },
  read: () => () => void,
): void {
  const later = (act: () => void) => (delayMs === 0 ? act() : setTimeout(act, delayMs))
  from.on('data', (chunk) => {
    if (state.stalled) return
    const handedOver = read()
    later(() => {
      if (state.stalled || to.destroyed) return
      handedOver()
      // Memory stays bounded where a test sends much.
      if (!to.write(chunk) && delayMs === 0) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    })
  })
  from.on('end', () => {
    if (!state.stalled) later(() => to.end())
  })
  from.on('error', () => to.destroy())
  from.on('close', () => {
    if (!state.stalled) later(() => to.destroySoon())
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
