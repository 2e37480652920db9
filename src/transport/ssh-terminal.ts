import { terminalLine, terminalReady } from '../remote/terminal.js'
import { readBraked } from './brake.js'
import { noChannel } from './connect-errors.js'
import { escapeKeys } from './escape-keys.js'
import type { RemoteChannel } from './logged-in.js'
import { type ChannelHost, endOf } from './ssh-channel.js'
import type { ChannelEnd, Terminal } from './transport.js'

/** Lends a terminal to a host, until the shell there has ended. */
export async function openTerminal(host: ChannelHost, terminal: Terminal, script?: string): Promise<ChannelEnd> {
  if (host.isLost()) throw noChannel(host.label, '', true)
  const bytes = Buffer.from(script ?? '')
  const channel = await request(host, terminal, script === undefined ? undefined : terminalLine(bytes.length))
  let release = () => {}
  let leave: (end: ChannelEnd) => void = () => {}
  const left = new Promise<ChannelEnd>((resolve) => {
    leave = resolve
  })
  const begin = () => {
    if (bytes.length > 0) channel.write(bytes)
    release = lend(channel, terminal, () => leave({}))
  }
  const show = script === undefined ? terminal.write : behindReady(terminal.write, begin)
  readBraked(channel, show, host.brake)
  readBraked(channel.stderr, terminal.write, host.brake)
  channel.on('error', () => {})
  if (script === undefined) begin()
  try {
    // Whoever leaves does not wait for a host that answers no more.
    return await Promise.race([endOf(channel), left])
  } finally {
    release()
  }
}

function request(host: ChannelHost, terminal: Terminal, line: string | undefined): Promise<RemoteChannel> {
  const { columns, rows } = terminal.size()
  const pty = { term: terminal.kind, cols: columns, rows, width: 0, height: 0 }
  return host.sessions.terminal(pty, line).catch((error: Error) => {
    throw noChannel(host.label, error.message, host.isLost())
  })
}

/** What is typed goes there, and the window's size; gives what ends it. */
function lend(channel: RemoteChannel, terminal: Terminal, onLeave: () => void): () => void {
  const keys = escapeKeys()
  return terminal.take(
    (typed) => {
      const { on, leaves } = keys(typed)
      if (on.length > 0 && channel.writable) channel.write(on)
      if (leaves) onLeave()
    },
    () => {
      const { columns, rows } = terminal.size()
      channel.setWindow(rows, columns, 0, 0)
    },
  )
}

/** Shows all but the word that the host is ready for the script; calls back when it comes. */
function behindReady(show: (chunk: Uint8Array) => void, onReady: () => void): (chunk: Buffer) => void {
  const ready = Buffer.from(terminalReady)
  let held: Buffer | undefined = Buffer.alloc(0)
  return (chunk) => {
    if (held === undefined) {
      show(chunk)
      return
    }
    const all = Buffer.concat([held, chunk])
    const at = all.indexOf(ready)
    // Start-up files may print before it; of the word itself a part may have come.
    const before = at === -1 ? Math.max(0, all.length - ready.length) : at
    show(all.subarray(0, before))
    held = at === -1 ? all.subarray(before) : undefined
    if (at === -1) return
    onReady()
    show(all.subarray(at + ready.length))
  }
}
