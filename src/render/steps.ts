import type { Outcome, Target } from '../events.js'
import { clean, cleanTitle } from './clean.js'
import type { Evidence } from './failure.js'
import type { EventOf } from './formatters.js'
import { LineSplitter } from './splitter.js'
import { targetName } from './target.js'

/** Lines of output that are kept for a failure, and the characters of each. */
const keptLines = 10
const keptCharacters = 2000

const endedBadly: ReadonlySet<Outcome> = new Set<Outcome>(['failed', 'unknown', 'cancelled'])

export type Stream = 'stdout' | 'stderr'

/** A step that is running, as the views need it. */
export interface OpenStep {
  /** The target's: `staging@web1`. */
  readonly name: string
  readonly target: Target
  readonly title: string
  readonly command: string | undefined
  /** Work of venvoy's own, not the user's command. */
  readonly own: boolean
  /** What it prints is kept on the screen. */
  readonly shown: boolean
  /** Its last lines, unclean. */
  readonly tail: readonly string[]
  /** The line that it is printing, as far as it has come. */
  partial(): string
}

type Splitters = Readonly<Record<Stream, LineSplitter>>

interface StepsOptions {
  /** What venvoy's own work prints is to be kept on the screen as well. */
  readonly showOwn: boolean
  /** What is shown can still be read when the step has failed; a failure need not repeat it. */
  readonly staysInSight: boolean
  onLine(step: OpenStep, stream: Stream, line: string): void
}

/** The steps that are running: their output as lines, and what is to be known of them when they fail. */
export class Steps {
  readonly #options: StepsOptions
  readonly #open = new Map<string, { readonly step: OpenStep; readonly splitters: Splitters }>()
  readonly #evidence = new Map<string, Evidence>()

  constructor(options: StepsOptions) {
    this.#options = options
  }

  start(event: EventOf<'step:start'>): OpenStep {
    const tail: string[] = []
    const splitter = (stream: Stream) => {
      return new LineSplitter((line) => {
        keep(tail, line)
        this.#options.onLine(step, stream, line)
      })
    }
    const splitters = { stdout: splitter('stdout'), stderr: splitter('stderr') }
    const step: OpenStep = {
      name: targetName(event),
      target: event,
      title: cleanTitle(event.title),
      command: event.command,
      own: event.own === true,
      shown: event.own !== true || this.#options.showOwn,
      tail,
      partial: () => splitters.stdout.partial || splitters.stderr.partial,
    }
    this.#open.set(idOf(event), { step, splitters })
    return step
  }

  output(event: EventOf<'step:output'>): void {
    this.#open.get(idOf(event))?.splitters[event.stream].push(event.data)
  }

  /** The step with its last, unfinished lines said; nothing if it never began. */
  end(event: EventOf<'step:end'>): OpenStep | undefined {
    return this.#close(idOf(event), endedBadly.has(event.outcome))
  }

  /** Says what is left of the steps that will never end: their target is over, or the run. */
  endAll(target?: Target): OpenStep[] {
    const name = target === undefined ? undefined : targetName(target)
    const ids = [...this.#open].filter(([, { step }]) => name === undefined || step.name === name).map(([id]) => id)
    return ids.flatMap((id) => this.#close(id, true) ?? [])
  }

  /** What is known about the last step of a target that did not end well. */
  evidence(target: Target): Evidence | undefined {
    return this.#evidence.get(targetName(target))
  }

  #close(id: string, badly: boolean): OpenStep | undefined {
    const open = this.#open.get(id)
    if (open === undefined) return undefined
    const { step, splitters } = open
    splitters.stdout.end()
    splitters.stderr.end()
    this.#open.delete(id)
    if (badly) this.#evidence.set(step.name, this.#evidenceOf(step))
    return step
  }

  #evidenceOf({ tail, command, shown }: OpenStep): Evidence {
    const lines = tail.map((line) => clean(line, false))
    return { lines, command, shown: shown && this.#options.staysInSight }
  }
}

function keep(tail: string[], line: string): void {
  if (line.trim() === '') return
  tail.push(line.slice(0, keptCharacters))
  if (tail.length > keptLines) tail.shift()
}

const idOf = (event: Target & { readonly step: string }): string => `${targetName(event)} ${event.step}`
