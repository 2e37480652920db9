import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectLocal } from '../../src/transport/local.js'
import type { StepEnd, WireStep } from '../../src/transport/program.js'
import { openSession, type ProgramEnd, type Session, type SessionOptions } from '../../src/transport/session.js'
import type { Connection } from '../../src/transport/transport.js'

/** What one step did, as a test wants to compare it. */
export interface Ran extends StepEnd {
  stdout: string
  stderr: string
}

/** A session that collects what its steps print. */
export class Recorder {
  readonly session: Session
  #count = 0

  constructor(session: Session) {
    this.session = session
  }

  /** One program; what each step that ran did, by id. */
  async program(
    steps: readonly (Partial<WireStep> & { text: string })[],
    onStart?: (id: string) => void,
  ): Promise<{ end: ProgramEnd; ran: Record<string, Ran>; order: string[] }> {
    const program = `p${++this.#count}`
    const out: Record<string, { stdout: Buffer[]; stderr: Buffer[] }> = {}
    const ran: Record<string, Ran> = {}
    const order: string[] = []
    const end = await this.session.run(
      { id: program, steps: steps.map((step, i) => ({ id: `${program}.${i}`, section: 1, ...step })) },
      {
        start: (id) => {
          order.push(id)
          out[id] = { stdout: [], stderr: [] }
          onStart?.(id)
        },
        output: (id, stream, chunk) => out[id]?.[stream].push(Buffer.from(chunk)),
        end: (id, stepEnd) => {
          const text = (stream: 'stdout' | 'stderr') => Buffer.concat(out[id]?.[stream] ?? []).toString('latin1')
          ran[id] = { ...stepEnd, stdout: text('stdout'), stderr: text('stderr') }
        },
      },
    )
    return { end, ran, order }
  }

  /** One step by itself. */
  async run(text: string, onStart?: () => void): Promise<Ran> {
    const { end, ran } = await this.program([{ text, goesOn: true }], onStart)
    const [only] = Object.values(ran)
    if (only === undefined) throw new Error(`the step did not end: ${JSON.stringify(end)} ${this.session.noise()}`)
    return only
  }
}

/** A home folder of its own and a connection to this machine, without SSH. */
export function localHost(env: Record<string, string> = {}): { home: string; connection: Connection; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'venvoy test '))
  const connection = connectLocal({
    env: { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: home, ...env },
    cwd: home,
  })
  return { home, connection, remove: () => rmSync(home, { recursive: true, force: true }) }
}

export async function record(connection: Connection, options: Partial<SessionOptions> = {}): Promise<Recorder> {
  return new Recorder(await openSession(connection, { lost: 'kill', ...options }))
}
