import { randomBytes } from 'node:crypto'
import { bootstrap } from '../remote/bootstrap.js'
import { type FrameEvent, FrameReader } from './frames.js'
import { decodeEnd, encodeProgram, type ProgramObserver, type WireProgram } from './program.js'
import type { Channel, ChannelEnd, Connection } from './transport.js'

export interface SessionOptions {
  /** A read-only script whose output is the session's `facts`. It travels on the command line: nothing secret. */
  readonly probe?: string
  /** What the host does with the running step when the connection is lost: let it finish, or stop it. */
  readonly lost: 'finish' | 'kill'
  /** The first program, sent right behind the request: that saves a round trip. */
  readonly first?: { readonly program: WireProgram; readonly observer: ProgramObserver }
  /** The runner's shell on the host. */
  readonly sh?: string
}

/** How a program ended: all its frames came, or the channel closed before. */
export type ProgramEnd =
  | { readonly lost: false }
  /** `begun`: a step had, in this program or one before. */
  | { readonly lost: true; readonly end: ChannelEnd; readonly begun: boolean; readonly step?: string }

/** One exec channel with the runner behind it. Programs run one after the other. */
export interface Session {
  /** What the probe printed; the start of the runner's channel is lost with `ProgramEnd`'s reason otherwise. */
  readonly facts: Promise<{ readonly text: string; readonly errors: string } & ProgramEnd>
  /** The end of the program that came along with the request. */
  readonly first: Promise<ProgramEnd>
  run(program: WireProgram, observer: ProgramObserver): Promise<ProgramEnd>
  /** To a step that reads the channel. */
  write(chunk: Uint8Array): Promise<void>
  /** Stops one step, if it is still running. May be repeated: a stop can cross the step's end. */
  stop(id: string): void
  /** Stops the running step; afterwards only steps that always run do. May be repeated. */
  cancel(): void
  /** What came before the first frame: start-up files that print, a login shell that refuses. */
  noise(): string
  close(): void
}

const noiseLimit = 4096

/** Starts the runner on a host. Rejects when the host refuses to run anything. */
export async function openSession(connection: Connection, options: SessionOptions): Promise<Session> {
  const state = new SessionState(options)
  const line = bootstrap(state.publicMarker, { ...options })
  state.attach(await connection.open(line, state.greeting(), (stream, chunk) => state.push(stream, chunk)))
  return state
}

interface Running {
  readonly id: string
  readonly observer: ProgramObserver
  /** Streams that have passed the end of the program, or of the step. */
  ends: number
  readonly stepEnds: Map<string, number>
  readonly started: Set<string>
  current?: string
  settle(end: ProgramEnd): void
}

class SessionState implements Session {
  readonly publicMarker = randomBytes(8).toString('hex')
  readonly #marker = randomBytes(16).toString('hex')
  readonly #options: SessionOptions
  readonly #readers: Record<'stdout' | 'stderr', FrameReader>
  /** The step that each stream is in. */
  readonly #open: { stdout?: string; stderr?: string } = {}
  /** What a stream says beyond a step's end, until the other stream has passed it too: steps end before the next begins. */
  readonly #ahead: { stdout?: FrameEvent[]; stderr?: FrameEvent[] } = {}
  readonly #probe = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[], ends: 0 }
  #running: Running | undefined
  #noise: Uint8Array[] = []
  #noiseLength = 0
  #hasFrames = false
  #hasBegun = false
  #lostEnd: ChannelEnd | undefined
  #channel: Channel | undefined
  readonly facts: Session['facts']
  readonly first: Promise<ProgramEnd>
  #settleFacts: (facts: Awaited<Session['facts']>) => void = () => {}

  constructor(options: SessionOptions) {
    this.#options = options
    const initial = options.probe === undefined ? this.#marker : this.publicMarker
    this.#readers = {
      stdout: new FrameReader(initial, (event) => this.#on('stdout', event)),
      stderr: new FrameReader(initial, (event) => this.#on('stderr', event)),
    }
    this.facts = new Promise((resolve) => {
      this.#settleFacts = resolve
    })
    this.first = options.first
      ? this.#expect(options.first.program, options.first.observer)
      : Promise.resolve({ lost: false })
  }

  /** The first bytes on the channel: the secret marker, and the first program if there is one. */
  greeting(): Uint8Array {
    const { lost, first } = this.#options
    return Buffer.concat([Buffer.from(`m ${this.#marker} ${lost}\n`), ...(first ? [encodeProgram(first.program)] : [])])
  }

  attach(channel: Channel): void {
    this.#channel = channel
    void channel.closed.then((end) => this.#lost(end))
  }

  push(stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    this.#readers[stream].push(chunk)
  }

  async run(program: WireProgram, observer: ProgramObserver): Promise<ProgramEnd> {
    const end = this.#expect(program, observer)
    if (this.#lostEnd === undefined) await this.write(encodeProgram(program))
    return end
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.#channel?.write(chunk)
  }

  stop(id: string): void {
    void this.write(Buffer.from(`k ${id}\n`))
  }

  cancel(): void {
    void this.write(Buffer.from('c\n'))
  }

  noise(): string {
    return Buffer.concat(this.#noise).toString('utf8')
  }

  close(): void {
    this.#channel?.end()
  }

  #expect(program: WireProgram, observer: ProgramObserver): Promise<ProgramEnd> {
    if (this.#lostEnd) return Promise.resolve({ lost: true, end: this.#lostEnd, begun: this.#hasBegun })
    return new Promise((settle) => {
      this.#running = { id: program.id, observer, ends: 0, stepEnds: new Map(), started: new Set(), settle }
    })
  }

  #on(stream: 'stdout' | 'stderr', event: FrameEvent): void {
    if (this.#ahead[stream] !== undefined) this.#ahead[stream].push(event)
    else if ('data' in event) this.#onData(stream, event.data)
    else this.#onFrame(stream, event.frame)
  }

  #catchUp(stream: 'stdout' | 'stderr'): void {
    const events = this.#ahead[stream] ?? []
    delete this.#ahead[stream]
    for (const event of events) this.#on(stream, event)
  }

  #onData(stream: 'stdout' | 'stderr', data: Uint8Array): void {
    const step = this.#open[stream]
    if (step === 'probe') this.#probe[stream].push(data)
    // Between steps only a daemon's late output can come; it is shown with the step before.
    else if (step !== undefined) this.#running?.observer.output(step, stream, data)
    else if (!this.#hasFrames) this.#keepNoise(data)
  }

  #onFrame(stream: 'stdout' | 'stderr', frame: readonly string[]): void {
    this.#hasFrames = true
    const [kind, id = ''] = frame
    if (id === 'probe') this.#onProbeFrame(stream, kind)
    else if (kind === 's') this.#onStart(stream, id)
    else if (kind === 'e') this.#onEnd(stream, id, frame)
    else if (kind === 'p') this.#onProgramEnd(id)
    else if (kind === 'x') this.#keepNoise(Buffer.from(refusals[id] ?? `the runner stopped: ${id}`))
  }

  #onProbeFrame(stream: 'stdout' | 'stderr', kind: string | undefined): void {
    if (kind === 's') {
      this.#open[stream] = 'probe'
      return
    }
    delete this.#open[stream]
    this.#readers[stream].setMarker(this.#marker)
    this.#probe.ends += 1
    if (this.#probe.ends === 2) this.#settleFacts({ ...this.#probed(), lost: false })
  }

  #probed(): { text: string; errors: string } {
    return {
      text: Buffer.concat(this.#probe.stdout).toString('utf8'),
      errors: Buffer.concat(this.#probe.stderr).toString('utf8'),
    }
  }

  #onStart(stream: 'stdout' | 'stderr', id: string): void {
    this.#open[stream] = id
    this.#hasBegun = true
    const running = this.#running
    if (running === undefined || running.started.has(id)) return
    running.started.add(id)
    running.current = id
    running.observer.start(id)
  }

  /** A step has ended when both streams have passed its end: nothing of its output is still on the way. */
  #onEnd(stream: 'stdout' | 'stderr', id: string, frame: readonly string[]): void {
    const running = this.#running
    if (running === undefined) return
    const ends = (running.stepEnds.get(id) ?? 0) + 1
    running.stepEnds.set(id, ends)
    if (ends !== 2) {
      this.#ahead[stream] = []
      return
    }
    delete running.current
    running.observer.end(id, decodeEnd(frame))
    this.#catchUp(stream === 'stdout' ? 'stderr' : 'stdout')
  }

  #onProgramEnd(id: string): void {
    const running = this.#running
    if (running?.id !== id) return
    running.ends += 1
    if (running.ends !== 2) return
    this.#running = undefined
    running.settle({ lost: false })
  }

  #lost(end: ChannelEnd): void {
    for (const reader of Object.values(this.#readers)) reader.end()
    for (const stream of ['stdout', 'stderr'] as const) this.#catchUp(stream)
    const lost = { lost: true, end, begun: this.#hasBegun } as const
    this.#lostEnd = end
    this.#settleFacts({ ...this.#probed(), ...lost })
    const running = this.#running
    this.#running = undefined
    running?.settle(running.current === undefined ? lost : { ...lost, step: running.current })
  }

  #keepNoise(data: Uint8Array): void {
    if (this.#noiseLength > noiseLimit) return
    this.#noiseLength += data.length
    this.#noise.push(data.slice(0, noiseLimit))
  }
}

const refusals: Readonly<Record<string, string>> = {
  nofolder:
    'no folder for the run could be made: neither $TMPDIR, $XDG_RUNTIME_DIR, /dev/shm, /tmp nor the home folder can be written',
}
