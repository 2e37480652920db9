import { Duplex, Readable } from 'node:stream'
import { message } from './mux-messages.js'
import { field, number, type Reader } from './ssh-wire.js'

const windowSize = 2 * 1024 * 1024
const packetSize = 32 * 1024
/** OpenSSH takes more than it has announced: its sessions open with no window, and get one by the exec request. */
const earlyLimit = 128 * 1024

/** What a channel says when it is opened: how much may be sent to it, altogether and at once. */
export const announced = Buffer.concat([number(windowSize), number(packetSize)])

/** The line that a channel's messages go out on. */
export interface MuxLine {
  send(type: number, ...parts: readonly Buffer[]): void
  /** Resolves when what was sent is on its way. */
  sent(): Promise<void>
}

/** What the other end has agreed to. */
export interface MuxPeer {
  readonly channel: number
  readonly window: number
  readonly packet: number
}

/**
 * One channel of a connection that ssh holds. To those who use it, it looks like a channel of ssh2: `close` comes last, with
 * the code and the signal.
 */
export class MuxChannel extends Duplex {
  readonly stderr: Readable
  readonly #line: MuxLine
  readonly #peer: MuxPeer
  readonly #replies: ((agreed: boolean) => void)[] = []
  /** What has come and could not be handed on yet: the host may send as much again when it could. */
  readonly #held = { stdout: 0, stderr: 0 }
  /** What was handed on and the host has not been told of yet. */
  #owed = 0
  #window: number
  #pending: { readonly rest: Buffer; readonly done: () => void } | undefined
  #exit: { readonly code?: number | null; readonly signal?: string } = {}
  #saidClose = false
  #isOver = false

  constructor(line: MuxLine, peer: MuxPeer) {
    super({ emitClose: false, autoDestroy: false })
    this.#line = line
    this.#peer = peer
    this.#window = peer.window
    this.stderr = new Readable({ emitClose: false, autoDestroy: false, read: () => this.#handedOn('stderr') })
  }

  /** Asks for something and, behind the question, sends what fits of `early`. Gives the rest when the host agrees. */
  request(type: string, details: Buffer, early: Uint8Array, isOpenSsh: boolean): Promise<Uint8Array> {
    const part = Buffer.from(
      early.subarray(0, isOpenSsh ? earlyLimit : Math.max(0, Math.min(this.#window, earlyLimit))),
    )
    const reply = new Promise<Uint8Array>((resolve, reject) => {
      this.#replies.push((agreed) => {
        if (agreed) resolve(early.subarray(part.length))
        else reject(new Error('the host refuses it'))
      })
    })
    this.#send(message.channelRequest, field(type), Buffer.of(1), details)
    for (let from = 0; from < part.length; from += this.#peer.packet) {
      this.#sendData(part.subarray(from, from + this.#peer.packet))
    }
    return reply
  }

  /** Tells the size of the terminal. */
  setWindow(rows: number, columns: number, height: number, width: number): void {
    const size = [columns, rows, width, height].map(number)
    this.#send(message.channelRequest, field('window-change'), Buffer.of(0), ...size)
  }

  close(): void {
    if (!this.#saidClose) this.#send(message.channelClose)
    this.#saidClose = true
  }

  /** A message for this channel; `body` is what comes behind its number. */
  receive(type: number, body: Reader): void {
    if (type === message.channelWindowAdjust) {
      this.#window += body.number()
      this.#flush()
    } else if (type === message.channelData) {
      this.#take('stdout', body.string())
    } else if (type === message.channelExtendedData) {
      body.number() // stderr is the only kind
      this.#take('stderr', body.string())
    } else if (type === message.channelEof) {
      this.#ended()
    } else if (type === message.channelSuccess || type === message.channelFailure) {
      this.#replies.shift()?.(type === message.channelSuccess)
    } else if (type === message.channelRequest) {
      this.#told(body)
    } else if (type === message.channelClose) {
      this.close()
      this.lost()
    }
  }

  /** Nothing more will come. */
  lost(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#saidClose = true
    this.#ended()
    for (const reply of this.#replies.splice(0)) reply(false)
    this.#drop()
    // What was pushed is read before.
    setImmediate(() => this.emit('close', this.#exit.code, this.#exit.signal))
  }

  override _read(): void {
    this.#handedOn('stdout')
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#pending = { rest: chunk, done }
    if (this.#isOver) this.#drop()
    else this.#flush()
  }

  override _final(done: () => void): void {
    if (!this.#saidClose) this.#send(message.channelEof)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.close()
    this.lost()
    done(error)
  }

  #told(body: Reader): void {
    const request = body.string().toString()
    body.byte() // no answer is wanted
    if (request === 'exit-status') this.#exit = { code: body.number() }
    // ssh2 gives null beside a signal.
    if (request === 'exit-signal') this.#exit = { code: null, signal: `SIG${body.string()}` }
  }

  #take(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const target = stream === 'stdout' ? this : this.stderr
    if (target.destroyed || this.#isOver) return
    this.#held[stream] += chunk.length
    if (target.push(chunk)) this.#handedOn(stream)
  }

  #handedOn(stream: 'stdout' | 'stderr'): void {
    this.#owed += this.#held[stream]
    this.#held[stream] = 0
    if (this.#owed < windowSize / 2 || this.#saidClose) return
    this.#send(message.channelWindowAdjust, number(this.#owed))
    this.#owed = 0
  }

  #ended(): void {
    if (!this.readableEnded && !this.destroyed) this.push(null)
    if (!this.stderr.readableEnded && !this.stderr.destroyed) this.stderr.push(null)
  }

  /** What is written to a command that has ended is lost. */
  #drop(): void {
    this.#pending?.done()
    this.#pending = undefined
  }

  #flush(): void {
    const { rest, done } = this.#pending ?? {}
    if (rest === undefined || done === undefined || this.#window <= 0) return
    const piece = rest.subarray(0, Math.min(this.#window, this.#peer.packet))
    this.#sendData(piece)
    const left = rest.subarray(piece.length)
    this.#pending = left.length > 0 ? { rest: left, done } : undefined
    if (left.length > 0) this.#flush()
    else void this.#line.sent().then(done)
  }

  #sendData(data: Buffer): void {
    this.#window -= data.length
    this.#send(message.channelData, number(data.length), data)
  }

  #send(type: number, ...parts: readonly Buffer[]): void {
    if (!this.#saidClose) this.#line.send(type, number(this.#peer.channel), ...parts)
  }
}
