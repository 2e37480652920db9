import { readBraked } from './brake.js'
import { noChannel } from './connect-errors.js'
import type { RawSession, RemoteChannel, Sessions } from './logged-in.js'
import type { Brake, Channel, ChannelEnd, OnOutput } from './transport.js'

/** The connection that channels are opened on. */
export interface ChannelHost {
  readonly label: string
  readonly sessions: Sessions
  isLost(): boolean
  readonly brake: Brake | undefined
}

/** Runs a command line on a host, with `input` right behind the request where that can be done. */
export async function openChannel(
  host: ChannelHost,
  command: string,
  input: Uint8Array,
  onOutput: OnOutput,
): Promise<Channel> {
  if (host.isLost()) throw noChannel(host.label, '', true)
  const session = host.sessions.open()
  return session === undefined
    ? await openPublic(host, command, input, onOutput)
    : await openEarly(host, session, command, input, onOutput)
}

async function openEarly(
  host: ChannelHost,
  opening: Promise<RawSession>,
  command: string,
  input: Uint8Array,
  onOutput: OnOutput,
): Promise<Channel> {
  const session = await opening.catch((error: Error) => {
    throw noChannel(host.label, error.message, host.isLost())
  })
  const channel = follow(session.channel, onOutput, host.brake)
  try {
    const rest = await session.exec(command, input)
    if (rest.length > 0) await channel.write(rest)
  } catch (error) {
    // The request was on its way when the connection was lost: nobody knows whether the command ran.
    if (!host.isLost()) throw noChannel(host.label, (error as Error).message, false)
  }
  return channel
}

async function openPublic(host: ChannelHost, command: string, input: Uint8Array, onOutput: OnOutput): Promise<Channel> {
  const raw = await host.sessions.exec(command).catch((error: Error) => {
    throw noChannel(host.label, error.message, host.isLost())
  })
  const channel = follow(raw, onOutput, host.brake)
  if (input.length > 0) await channel.write(input)
  return channel
}

/** Hands on what comes; stderr too, always, because a full stderr would stop stdout as well. */
function follow(channel: RemoteChannel, onOutput: OnOutput, brake: Brake | undefined): Channel {
  readBraked(channel, (chunk) => onOutput('stdout', chunk), brake)
  readBraked(channel.stderr, (chunk) => onOutput('stderr', chunk), brake)
  // What is written to a command that has ended is lost; `closed` says that it has ended.
  channel.on('error', () => {})
  channel.stderr.on('error', () => {})
  const closed = endOf(channel)
  return {
    closed,
    write: (chunk) => Promise.race([written(channel, chunk), closed.then(() => {})]),
    end: () => {
      channel.end()
    },
  }
}

/** Nothing more is said to a write once the channel is closed, so the end of the channel counts as well. */
function written(channel: RemoteChannel, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (channel.writable) channel.write(chunk, () => resolve())
    else resolve()
  })
}

/** How the command of a channel ended, when all that it printed has come. */
export async function endOf(channel: RemoteChannel): Promise<ChannelEnd> {
  const [end] = await Promise.all([
    new Promise<ChannelEnd>((resolve) => {
      channel.once('close', (code?: number | null, signal?: string) => resolve(channelEnd(code, signal)))
    }),
    new Promise((resolve) => channel.once('end', resolve)),
    new Promise((resolve) => channel.stderr.once('end', resolve)),
  ])
  return end
}

/** There is no code when the connection is lost, and null with the signal's name when the command was killed. */
function channelEnd(code: number | null | undefined, signal: string | undefined): ChannelEnd {
  if (typeof code === 'number') return { code }
  return signal === undefined ? {} : { signal: signal.replace(/^SIG/, '') }
}
