import { connect, type Socket } from 'node:net'
import { announced, MuxChannel, type MuxLine } from './mux-channel.js'
import { message, muxMessage } from './mux-messages.js'
import { field, number, type Reader, reader } from './ssh-wire.js'

/** A connection that an ssh process holds, with channels of our own in it. */
export interface MuxConnection {
  /** Opens a channel: `session`, or `direct-tcpip` with where it leads. Rejects with the host's word when it refuses. */
  open(type: string, details?: Buffer): Promise<MuxChannel>
  onClose(told: () => void): void
  close(): void
}

/** No message is longer: data comes in packets of 32 KiB. */
const longestMessage = 256 * 1024

/**
 * Joins the master behind a ControlPath in its proxy mode (PROTOCOL.mux, since OpenSSH 7.4): the master encrypts, and the
 * channels are ours, so that each costs no process and ends with its true code or signal. Rejects with an Error.
 */
export function joinMaster(path: string): Promise<MuxConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('ssh does not take us as a client of its connection')))
    const hello = Buffer.concat([number(muxMessage.hello), number(muxMessage.version)])
    const proxy = Buffer.concat([number(muxMessage.proxyRequest), number(0)])
    socket.write(Buffer.concat([field(hello), field(proxy)]))
    let line: Line | undefined
    readMessages(socket, (text) => {
      if (line !== undefined) return line.receive(text)
      const type = reader(text).number()
      if (type === muxMessage.hello) return
      if (type !== muxMessage.proxyReply) return socket.destroy(new Error(`ssh refuses its proxy mode (${type})`))
      line = new Line(socket)
      resolve(line)
    })
  })
}

/** Calls back with each message, the length before it taken away. */
function readMessages(socket: Socket, onMessage: (text: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0)
      if (length > longestMessage) return socket.destroy(new Error('a message of ssh does not end'))
      if (rest.length < 4 + length) return
      const text = rest.subarray(4, 4 + length)
      rest = rest.subarray(4 + length)
      onMessage(text)
    }
  })
}

class Line implements MuxConnection, MuxLine {
  readonly #socket: Socket
  readonly #channels = new Map<number, MuxChannel>()
  readonly #opening = new Map<number, { resolve(channel: MuxChannel): void; reject(error: Error): void }>()
  readonly #told: (() => void)[] = []
  #next = 0
  #isOver = false

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => {})
    socket.once('close', () => this.#lost())
  }

  open(type: string, details: Buffer = Buffer.alloc(0)): Promise<MuxChannel> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return reject(new Error('the connection was lost'))
      const id = this.#next++
      this.#opening.set(id, { resolve, reject })
      this.send(message.channelOpen, field(type), number(id), announced, details)
    })
  }

  onClose(told: () => void): void {
    if (this.#isOver) told()
    else this.#told.push(told)
  }

  close(): void {
    this.#socket.destroy()
  }

  send(type: number, ...parts: readonly Buffer[]): void {
    // A packet of SSH without its padding: the master adds its own.
    if (!this.#isOver) this.#socket.write(field(Buffer.concat([Buffer.of(0, type), ...parts])))
  }

  sent(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isOver || !this.#socket.writableNeedDrain) return resolve()
      const go = () => {
        this.#socket.off('drain', go).off('close', go)
        resolve()
      }
      this.#socket.on('drain', go).on('close', go)
    })
  }

  receive(text: Buffer): void {
    const body = reader(text)
    body.byte()
    const type = body.byte()
    // Only channels are ours.
    if (type < message.channelOpenConfirmation || type > message.channelFailure) return
    const id = body.number()
    if (type === message.channelOpenConfirmation) this.#confirmed(id, body)
    else if (type === message.channelOpenFailure) this.#refused(id, body)
    else this.#channels.get(id)?.receive(type, body)
    if (type === message.channelClose) this.#channels.delete(id)
  }

  #confirmed(id: number, body: Reader): void {
    const channel = new MuxChannel(this, { channel: body.number(), window: body.number(), packet: body.number() })
    this.#channels.set(id, channel)
    this.#opening.get(id)?.resolve(channel)
    this.#opening.delete(id)
  }

  #refused(id: number, body: Reader): void {
    body.number()
    this.#opening.get(id)?.reject(new Error(body.string().toString()))
    this.#opening.delete(id)
  }

  #lost(): void {
    this.#isOver = true
    for (const channel of this.#channels.values()) channel.lost()
    for (const { reject } of this.#opening.values()) reject(new Error('the connection was lost'))
    for (const told of this.#told) told()
  }
}
