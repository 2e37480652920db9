import { connect, createServer, type Socket } from 'node:net'

/** What happens to a line: all that it had open is cut, an end comes too soon, nothing comes any more, bytes come twice, or change. */
export const wireFaults = ['drop', 'truncate', 'stall', 'duplicate', 'corrupt'] as const
type WireFault = (typeof wireFaults)[number]

export const directions = ['to the host', 'from the host'] as const
type Direction = (typeof directions)[number]

export interface Fault {
  readonly kind: WireFault
  readonly direction: Direction
  /** How many bytes go that way before. */
  readonly at: number
}

export interface FaultyLine {
  readonly port: number
  /** From now on bytes are counted anew, and the fault, if there is one, happens to the next connection. Those after it pass. */
  next(fault?: Fault): void
  /** The bytes that went each way since then. */
  passed(): Readonly<Record<Direction, number>>
  /** Whether the place was reached. */
  hasHappened(): boolean
  stop(): Promise<void>
}

/** How many bytes come twice. */
const doubled = 16

/** A way to a loopback port on which faults happen. */
export async function startFaultyLine(target: number): Promise<FaultyLine> {
  const sockets = new Set<Socket>()
  let trial = new Trial()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const host = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    for (const each of [client, host]) {
      sockets.add(each.setNoDelay(true))
      each.on('close', () => sockets.delete(each))
    }
    trial.join(client, host)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    next(fault) {
      trial = new Trial(fault)
    },
    passed: () => trial.passed,
    hasHappened: () => trial.hasHappened,
    stop() {
      for (const each of sockets) each.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

class Trial {
  readonly passed = { 'to the host': 0, 'from the host': 0 }
  hasHappened = false
  readonly #fault: Fault | undefined
  #connections = 0

  constructor(fault?: Fault) {
    this.#fault = fault
  }

  join(client: Socket, host: Socket): void {
    this.#connections += 1
    const isFaulty = this.#connections === 1
    this.#carry(client, host, 'to the host', isFaulty)
    this.#carry(host, client, 'from the host', isFaulty)
  }

  #carry(from: Socket, to: Socket, direction: Direction, isFaulty: boolean): void {
    const fault = isFaulty && this.#fault?.direction === direction ? this.#fault : undefined
    let isMute = false
    from.on('data', (chunk) => {
      const at = (fault?.at ?? -1) - this.passed[direction]
      this.passed[direction] += chunk.length
      if (isMute) return
      if (fault === undefined || at < 0 || at >= chunk.length) return void to.write(chunk)
      this.hasHappened = true
      isMute = fault.kind === 'stall' || fault.kind === 'truncate'
      to.write(chunk.subarray(0, at))
      happen(fault.kind, from, to, chunk.subarray(at))
    })
    const end = () => {
      if (!isMute) to.end()
    }
    from.on('end', end)
    from.on('close', end)
    from.on('error', () => to.destroy())
  }
}

function happen(kind: WireFault, from: Socket, to: Socket, rest: Buffer): void {
  if (kind === 'drop') for (const each of [from, to]) each.resetAndDestroy()
  else if (kind === 'truncate') to.end()
  else if (kind === 'duplicate') to.write(Buffer.concat([rest.subarray(0, doubled), rest]))
  else if (kind === 'corrupt') to.write(Buffer.from([rest[0]! ^ 0x20, ...rest.subarray(1)]))
}
