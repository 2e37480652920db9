import type { Failure } from '../errors.js'
import type { Emit, RunEvent, TargetResult } from '../events.js'
import type { Secret } from '../shell/command.js'
import { formsOf, type MaskedForms, maskOf } from './mask.js'
import { bytePattern, MaskStream } from './mask-stream.js'

type Output = Extract<RunEvent, { type: 'step:output' }>

interface MaskOptions {
  /** What commands print is left as it is; what venvoy itself says is masked all the same. */
  readonly isOutputPlain?: boolean | undefined
}

/**
 * Keeps secrets out of all events before anyone sees them: out of what commands print, titles, failures, tables and the report.
 * Names of hosts and instances stay: they say what an event is about.
 */
export class EventMask {
  /** The names of secrets that were found in what commands print. */
  readonly found = new Set<string>()
  private readonly secrets: Secret[]
  private forms: MaskedForms = new Map()
  private mask: (text: string) => string = (text) => text
  private bytes = bytePattern(this.forms)
  /** By step and stream. */
  private readonly streams = new Map<string, { stream: MaskStream; event: Output }>()

  constructor(
    secrets: Iterable<Secret>,
    private readonly options: MaskOptions = {},
  ) {
    this.secrets = [...secrets]
    this.learn()
  }

  /** A secret that came later: a password that a person has typed. */
  add(secret: Secret): void {
    this.secrets.push(secret)
    this.learn()
  }

  readonly text = (text: string): string => this.mask(text)

  /** A failure as it may be shown. */
  failure({ what, why, next, where, kind }: Failure): Failure {
    return {
      kind,
      what: this.mask(what),
      ...(where !== undefined && { where: this.mask(where) }),
      ...(why !== undefined && { why: why.map(this.text) }),
      ...(next !== undefined && { next: this.mask(next) }),
    }
  }

  /** Hands on events, masked. */
  over(next: Emit): Emit {
    return (event) => {
      if (this.forms.size === 0) next(event)
      else if (event.type === 'step:output') this.output(event, next)
      else {
        this.finish(event, next)
        next(this.masked(event))
      }
    }
  }

  private learn(): void {
    this.forms = formsOf(this.secrets)
    this.mask = maskOf(this.secrets)
    this.bytes = bytePattern(this.forms)
  }

  private output(event: Output, next: Emit): void {
    if (this.options.isOutputPlain) {
      next(event)
      return
    }
    const key = JSON.stringify([event.host, event.instance, event.step, event.stream])
    const known = this.streams.get(key)
    const stream =
      known?.stream ??
      new MaskStream(
        () => this.bytes,
        (name) => this.found.add(name),
      )
    if (known === undefined) this.streams.set(key, { stream, event })
    pass(event, stream.push(event.data), next)
  }

  /** What has waited of streams that an event ends. */
  private finish(end: RunEvent, next: Emit): void {
    for (const [key, { stream, event }] of this.streams) {
      if (!isEnd(end, event)) continue
      this.streams.delete(key)
      pass(event, stream.end(), next)
    }
  }

  private masked(event: RunEvent): RunEvent {
    const { mask } = this
    switch (event.type) {
      case 'run:start':
        return { ...event, command: mask(event.command) }
      case 'run:note':
        return { ...event, text: mask(event.text) }
      case 'host:end':
      case 'instance:end':
        return { ...event, ...(event.failure && { failure: this.failure(event.failure) }) }
      case 'instance:plan':
        return {
          ...event,
          steps: event.steps.map(({ title, lines }) => ({ title: mask(title), lines: lines.map(mask) })),
        }
      case 'step:start':
        return {
          ...event,
          title: mask(event.title),
          ...(event.command !== undefined && { command: mask(event.command) }),
        }
      case 'step:end':
        return { ...event, title: mask(event.title) }
      case 'run:table':
        return { ...event, rows: event.rows.map((row) => row.map(mask)) }
      case 'run:end': {
        const { command, retry, results } = event.report
        const told = { command: mask(command), ...(retry !== undefined && { retry: mask(retry) }) }
        return { ...event, report: { ...event.report, ...told, results: results.map((each) => this.result(each)) } }
      }
      default:
        return event
    }
  }

  private result(result: TargetResult): TargetResult {
    return result.failure === undefined ? result : { ...result, failure: this.failure(result.failure) }
  }
}

function pass(event: Output, data: Uint8Array, next: Emit): void {
  if (data.length > 0) next({ ...event, data })
}

/** Whether an event is the end of what another belongs to. */
function isEnd(end: RunEvent, { host, instance, step }: Output): boolean {
  if (end.type === 'run:end') return true
  if (end.type === 'host:end') return end.host === host
  const isOfTarget =
    (end.type === 'step:end' || end.type === 'instance:end') && end.host === host && end.instance === instance
  return isOfTarget && (end.type === 'instance:end' || end.step === step)
}
