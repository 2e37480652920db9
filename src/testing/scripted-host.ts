import type { Facts } from '../config/facts.js'
import { recordSeparator } from '../remote/bootstrap.js'
import type { HelperEvent } from '../remote/helper.js'
import { probeStep } from '../run/probe.js'
import type { Channel, Connection, OnOutput } from '../transport/transport.js'
import { fileCall, type ScriptedCall, scriptedCall } from './scripted-call.js'
import { scriptedFacts } from './scripted-facts.js'
import { type Program, ProgramReader } from './scripted-program.js'

/** How a scripted command ends. Text by itself is what it prints, with a newline behind it, and the code 0. */
export type ScriptedAnswer =
  | string
  | {
      readonly stdout?: string
      readonly stderr?: string
      readonly code?: number
      readonly signal?: 'KILL' | 'TERM'
      /** Of a file step: whether something was not as it should be. Default: true. */
      readonly changed?: boolean
      /** Of a download: the texts of the files, by their paths below its own; '' is that itself. */
      readonly files?: Readonly<Record<string, string>>
    }

/** One answer; several, one after the other, the last of which stays; or what a function says. */
export type ScriptedReply =
  | ScriptedAnswer
  | readonly ScriptedAnswer[]
  | ((call: ScriptedCall) => ScriptedAnswer | undefined)

export interface ScriptedOptions {
  /** What the host says of itself, over what a usual Linux host does: `{ os: 'alpine', isRoot: true }`. */
  readonly facts?: Partial<Facts>
  /** Answers what no line of the script does. Nothing: the command fails. */
  readonly otherwise?: (call: ScriptedCall) => ScriptedAnswer | undefined
}

/** A host that only plays a part: to be connected to instead of a real one. */
export interface ScriptedHost extends Connection {
  /** What was run, in order. */
  readonly calls: readonly ScriptedCall[]
  /** The commands of `calls`. */
  commands(): string[]
}

/**
 * A host for tests of tasks that answers commands from a script and runs nothing:
 * `scriptedHost({ 'python3 --version': 'Python 3.11.9', 'systemctl restart blog': { code: 1, stderr: 'no such unit' } })`.
 * File steps go by their kind and path: `'template /etc/app.conf': { changed: false }`. What the script does not have fails with
 * code 127 and says so.
 */
export function scriptedHost(
  script: Readonly<Record<string, ScriptedReply>>,
  { otherwise, facts = {} }: ScriptedOptions = {},
): ScriptedHost {
  const calls: ScriptedCall[] = []
  const counts = new Map<string, number>()
  const answer = (call: ScriptedCall): ScriptedAnswer => {
    calls.push(call)
    const listed = Object.hasOwn(script, call.command) ? replyOf(script[call.command]!, call, counts) : undefined
    return listed ?? otherwise?.(call) ?? unlisted(call, Object.keys(script))
  }
  return {
    login: 'scripted',
    calls,
    commands: () => calls.map(({ command }) => command),
    open: async (line, input, onOutput) =>
      openScripted(line, input, onOutput, { known: Object.keys(script), facts: scriptedFacts(facts), answer }),
    close() {},
  }
}

function replyOf(reply: ScriptedReply, call: ScriptedCall, counts: Map<string, number>): ScriptedAnswer | undefined {
  if (typeof reply === 'function') return reply(call)
  if (!isSeveral(reply)) return reply
  const count = counts.get(call.command) ?? 0
  counts.set(call.command, count + 1)
  return reply[Math.min(count, reply.length - 1)]
}

const isSeveral = (reply: ScriptedReply): reply is readonly ScriptedAnswer[] => Array.isArray(reply)

function unlisted({ command }: ScriptedCall, known: readonly string[]): ScriptedAnswer {
  const there = known.length === 0 ? 'nothing' : known.map((each) => JSON.stringify(each)).join(', ')
  return { code: 127, stderr: `the scripted host has no answer for ${JSON.stringify(command)}; it has: ${there}\n` }
}

interface Part {
  /** The commands that it has answers for. */
  readonly known: readonly string[]
  readonly facts: string
  answer(call: ScriptedCall): ScriptedAnswer
}

/** Speaks as the runner does (src/remote/runner.sh), as far as commands go. */
function openScripted(line: string, input: Uint8Array, onOutput: OnOutput, part: Part): Channel {
  let close: (end: { code: number }) => void = () => {}
  const closed = new Promise<{ code: number }>((resolve) => {
    close = resolve
  })
  const reader = new ProgramReader((marker, program) => {
    play(marker, program, onOutput, part)
    if (program.isLast) close({ code: 0 })
  })
  // Answers come when whoever asks has its channel, as they do from a real host.
  const push = (chunk: Uint8Array) => void setImmediate(() => reader.push(chunk))
  if (line.includes('frame s probe')) {
    onOutput('stderr', Buffer.from('a scripted host answers commands; it has no facts to be asked for\n'))
    close({ code: 1 })
  } else push(input)
  return { closed, write: async (chunk) => push(chunk), end: () => setImmediate(() => close({ code: 0 })) }
}

function play(marker: string, program: Program, onOutput: OnOutput, { known, facts, answer }: Part): void {
  const frame = (...words: readonly (string | number)[]) => {
    const bytes = Buffer.from(`${recordSeparator}${marker} ${words.join(' ')}\n`, 'latin1')
    onOutput('stdout', bytes)
    onOutput('stderr', bytes)
  }
  const failed = new Set<string>()
  for (const { id, text, section, flags, codes } of program.steps) {
    if (flags.includes('o') || (failed.has(section) && !flags.includes('a'))) continue
    frame('s', id)
    if (flags.includes('c')) {
      onOutput('stdout', eventLine({ event: 'missing', indexes: [] }))
      frame('e', id, 0, 0, 'exit')
      continue
    }
    const call = fileCall(text, program.header.jobs ?? []) ?? scriptedCall(text, known)
    const reply = ended(id === probeStep ? facts : answer(call))
    const { stdout = '', stderr = '', code, signal, changed = true, files = {} } = reply
    if (call.file !== undefined && code === 0) for (const part of fileOutput(changed, files)) onOutput('stdout', part)
    if (stdout !== '') onOutput('stdout', Buffer.from(stdout))
    if (stderr !== '') onOutput('stderr', Buffer.from(stderr))
    frame('e', id, code, signal === undefined ? 0 : signals[signal], 'exit')
    if (!codes.includes(code) && !flags.includes('g')) failed.add(section)
  }
  frame('p', program.id)
}

const eventLine = (event: HelperEvent): Uint8Array => Buffer.from(`\x1d${JSON.stringify(event)}\n`)

function fileOutput(changed: boolean, files: Readonly<Record<string, string>>): Uint8Array[] {
  const sent = Object.entries(files).flatMap(([path, text]) => {
    const bytes = Buffer.from(text)
    const file = { event: 'file', path, size: bytes.length, executable: false, same: false } as const
    return [eventLine(file), eventLine({ event: 'bytes', count: bytes.length }), bytes, eventLine({ event: 'end' })]
  })
  return [...sent, eventLine({ event: 'placed', changed })]
}

const signals = { KILL: 9, TERM: 15 }

function ended(answer: ScriptedAnswer): Exclude<ScriptedAnswer, string> & { readonly code: number } {
  if (typeof answer === 'string')
    return { stdout: answer === '' || answer.endsWith('\n') ? answer : `${answer}\n`, code: 0 }
  const killed = answer.signal === undefined ? 0 : 128 + signals[answer.signal]
  return { ...answer, code: answer.code ?? killed }
}
