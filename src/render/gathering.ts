import type { Outcome, Target } from '../events.js'
import type { Printed } from './fold.js'
import type { OwnWords } from './own-words.js'
import type { OpenStep, Stream } from './steps.js'
import { targetName } from './target.js'

/** Characters that one target's step may print before its lines are shown as they come, and those of all together. */
const mostHeld = 1024 * 1024
const mostHeldInAll = 64 * mostHeld

export interface HeldLine {
  readonly stream: Stream
  readonly text: string
}

/** What one target did in a step. */
interface Part {
  readonly target: Target
  lines: HeldLine[]
  size: number
  isOpen: boolean
  /** It printed too much to be held: its lines are not kept. */
  isLetGo: boolean
  outcome?: Outcome
  ms?: number
}

/** A step as all targets did it that had it to do. */
export interface GatheredStep {
  readonly title: string
  /** What they printed, in the order of the selection; those that printed nothing are left out. */
  printed(stream: Stream): Printed[]
  /** How it ended, in the order of the selection. */
  ends(): { readonly target: Target; readonly outcome: Outcome; readonly ms: number }[]
}

interface State {
  readonly target: Target
  readonly place: number
  /** How often steps with a title have begun. */
  readonly seen: Map<string, number>
  /** The number of the last step that it began. */
  at: number
  phase: 'waiting' | 'active' | 'over'
}

interface Gathered {
  readonly keys: readonly string[]
  title: string
  readonly number: number
  readonly parts: Map<State, Part>
  /** Who was not done when we last looked. */
  blocker: State | undefined
}

interface GatheringOptions {
  readonly own: OwnWords
  now(): number
  /** A step is over, on all targets. */
  onStep(step: GatheredStep): void
  /** Lines that are too many to be held. */
  onLetGo(step: OpenStep, lines: readonly HeldLine[], isFirst: boolean): void
}

/**
 * Holds what the steps of many targets print until a step is over everywhere, so that it can be compared. A target is done with a
 * step when it has ended it, when it has begun a later one, and when it is over itself. When nothing is under way (between two
 * batches, two tasks), all that is held is let go.
 */
export class Gathering {
  readonly #options: GatheringOptions
  readonly #states = new Map<string, State>()
  readonly #connecting = new Set<string>()
  readonly #byKey = new Map<string, Gathered>()
  readonly #byStep = new Map<OpenStep, { readonly gathered: Gathered; readonly part: Part }>()
  #steps: Gathered[] = []
  #active = 0
  #begun = 0
  #size = 0
  #heldSince = 0

  constructor(options: GatheringOptions) {
    this.#options = options
  }

  start(targets: readonly Target[]): void {
    for (const target of targets) this.#stateOf(target)
  }

  /** Since when there are lines that nobody has seen. */
  get heldSince(): number | undefined {
    return this.#size > 0 ? this.#heldSince : undefined
  }

  connect(host: string): void {
    this.#connecting.add(host)
  }

  /** Whether this target is the first to begin the step. */
  begin(step: OpenStep): boolean {
    const state = this.#stateOf(step.target)
    this.#connecting.delete(step.target.host)
    if (state.phase !== 'active') this.#active += 1
    state.phase = 'active'
    const times = (state.seen.get(step.title) ?? 0) + 1
    state.seen.set(step.title, times)
    const gathered = this.#gathered(step, times)
    const part: Part = { target: step.target, lines: [], size: 0, isOpen: true, isLetGo: false }
    gathered.parts.set(state, part)
    state.at = Math.max(state.at, gathered.number)
    this.#byStep.set(step, { gathered, part })
    const isFirst = gathered.parts.size === 1
    this.#look()
    return isFirst
  }

  line(step: OpenStep, line: HeldLine): void {
    const part = this.#byStep.get(step)?.part
    if (part === undefined || part.isLetGo) {
      this.#options.onLetGo(step, [line], false)
      return
    }
    if (this.#size === 0) this.#heldSince = this.#options.now()
    part.lines.push(line)
    part.size += line.text.length + 1
    this.#size += line.text.length + 1
    if (part.size > mostHeld || this.#size > mostHeldInAll) this.#letGo(step, part)
  }

  /** A step of one target is over; without an outcome, it never came to its end. */
  end(step: OpenStep, outcome?: Outcome, ms?: number): void {
    const part = this.#byStep.get(step)?.part
    this.#byStep.delete(step)
    if (part === undefined) return
    part.isOpen = false
    if (outcome !== undefined) Object.assign(part, { outcome, ms })
    this.#look()
  }

  /** A target is over: an instance, or a host with all that was to happen on it. */
  over(target: Target): void {
    this.#connecting.delete(target.host)
    for (const state of this.#named(target)) {
      if (state.phase === 'active') this.#active -= 1
      state.phase = 'over'
    }
    if (this.#active === 0 && this.#connecting.size === 0) this.releaseAll()
    else this.#look()
  }

  /** Nothing more will come, or nothing is under way. */
  releaseAll(): void {
    for (const gathered of [...this.#steps]) this.#release(gathered)
  }

  #stateOf(target: Target): State {
    const name = targetName(target)
    const known = this.#states.get(name)
    if (known !== undefined) return known
    const state: State = { target, place: this.#states.size, seen: new Map(), at: -1, phase: 'waiting' }
    this.#states.set(name, state)
    return state
  }

  #named(target: Target): State[] {
    const state = this.#states.get(targetName(target))
    if (state !== undefined || target.instance !== undefined) return state === undefined ? [] : [state]
    return [...this.#states.values()].filter((each) => each.target.host === target.host)
  }

  /** Steps are the same that have the same title, or the same but for the target's own words, for the same time. */
  #gathered({ title, target }: OpenStep, times: number): Gathered {
    const masked = this.#options.own.maskOf(target)(title) ?? title
    const keys = [`${times} = ${title}`, `${times} ~ ${masked}`]
    const known = keys.map((key) => this.#byKey.get(key)).find((each) => each !== undefined)
    if (known !== undefined) {
      if (known.title !== title) known.title = masked
      return known
    }
    const gathered: Gathered = { keys, title, number: this.#begun, parts: new Map(), blocker: undefined }
    this.#begun += 1
    for (const key of keys) this.#byKey.set(key, gathered)
    this.#steps.push(gathered)
    return gathered
  }

  #look(): void {
    for (let [first] = this.#steps; first !== undefined && this.#isDone(first); [first] = this.#steps)
      this.#release(first)
  }

  #isDone(gathered: Gathered): boolean {
    if (gathered.blocker !== undefined && !isPast(gathered.blocker, gathered)) return false
    gathered.blocker = undefined
    for (const state of this.#states.values()) {
      if (isPast(state, gathered)) continue
      gathered.blocker = state
      return false
    }
    return true
  }

  #letGo(step: OpenStep, part: Part): void {
    this.#size -= part.size
    const { lines } = part
    Object.assign(part, { lines: [], size: 0, isLetGo: true })
    this.#options.onLetGo(step, lines, true)
  }

  #release(gathered: Gathered): void {
    this.#steps = this.#steps.filter((each) => each !== gathered)
    for (const key of gathered.keys) this.#byKey.delete(key)
    const { own } = this.#options
    const parts = [...gathered.parts].sort(([a], [b]) => a.place - b.place).map(([, part]) => part)
    for (const { size } of parts) this.#size -= size
    this.#options.onStep({
      title: gathered.title,
      printed: (stream) =>
        parts
          .map(({ target, lines }) => ({
            ...{ target, mask: own.maskOf(target) },
            lines: lines.filter((line) => line.stream === stream).map(({ text }) => text),
          }))
          .filter(({ lines }) => lines.length > 0),
      ends: () =>
        parts.flatMap(({ target, outcome, ms = 0 }) => (outcome === undefined ? [] : [{ target, outcome, ms }])),
    })
    // What a step says that goes on all the same has nothing to wait for.
    for (const part of parts) part.isLetGo = true
  }
}

function isPast(state: State, { number, parts }: Gathered): boolean {
  const part = parts.get(state)
  if (part?.isOpen) return false
  return state.phase === 'over' || part !== undefined || state.at > number
}
