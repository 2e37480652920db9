import type { Failure } from '../errors.js'
import type { Outcome, Target, TargetResult } from '../events.js'
import { type EncodedData, EncodedStream } from './encoded.js'
import { type EventOf, type Formatters, format } from './formatters.js'
import type { Renderer, RenderOptions } from './renderer.js'
import type { Stream } from './steps.js'
import { targetName } from './target.js'

/** The version of the lines: a consumer may rely on the fields of one version to stay. */
const version = 1

type Fields = Readonly<Record<string, unknown>>
type Place = Target & { readonly step: string }

/** One event a line on stdout, the last one the report; nothing else. */
export function createJson({ stdout, now }: RenderOptions): Renderer {
  const write = (type: string, fields: Fields): void => {
    const time = new Date(now()).toISOString()
    stdout.write(`${JSON.stringify({ v: version, type, time, ...fields })}\n`)
  }
  const outputs = new Outputs((place, stream, data) => write('step:output', { ...at(place), stream, ...data }))
  return {
    emit(event) {
      if (event.type === 'step:output') return outputs.push(event)
      if (event.type === 'step:end') outputs.end(event)
      if (event.type === 'run:end') outputs.endAll()
      write(event.type === 'run:end' ? 'report' : event.type, format(fieldsOf, event))
    },
    pause: (during) => during(),
    end: async () => outputs.endAll(),
  }
}

/** The fields of each event, named one by one: nothing gets out that was not meant to. */
const fieldsOf: Formatters<Fields> = {
  'run:start': ({ command, hosts, targets, dryRun = false }) => ({ command, hosts, targets, dryRun }),
  'run:note': ({ host, level, text }) => ({ host, level, text }),
  'host:connect': on,
  'host:ready': (event) => ({ ...on(event), login: event.login }),
  'host:end': ended,
  'instance:plan': (event) => ({ ...on(event), steps: event.steps.map(({ title, lines }) => ({ title, lines })) }),
  'instance:end': ended,
  'instance:verified': (event) => {
    const { files, packages, content, fingerprint, drift } = event
    const groups = drift.map(({ place, at, package: of, counts, first }) => ({
      ...{ place, at, package: of, counts },
      first: first.map(([what, path, detail]) => ({ what, path, detail })),
    }))
    return { ...on(event), files, packages, content, fingerprint, drift: groups }
  },
  'step:start': (event) => ({ ...at(event), title: event.title, command: event.command }),
  'step:output': at,
  'step:progress': (event) => ({ ...at(event), done: event.done, total: event.total, unit: event.unit }),
  'step:end': (event) => {
    const { title, outcome, code, signal, ms } = event
    return { ...at(event), title, outcome, code, signal, ms }
  },
  'step:skip': (event) => ({ ...on(event), title: event.title, when: event.when }),
  'run:table': ({ host, instance, columns, rows }) => ({ host, instance, columns, rows: rows.map(named(columns)) }),
  'run:end': ({ report: { command, exitCode, ms, results, folder } }) => ({
    command,
    exitCode,
    ms,
    folder,
    results: results.map(result),
  }),
}

function on({ host, instance }: Target): Fields {
  return { host, instance }
}

function at({ host, instance, step }: Place): Fields {
  return { host, instance, step }
}

function ended(event: Target & { readonly outcome: Outcome; readonly failure?: Failure }): Fields {
  return { ...on(event), outcome: event.outcome, failure: failureFields(event.failure) }
}

function result({ host, instance, outcome, failure, steps, ms }: TargetResult): Fields {
  return { host, instance, outcome, failure: failureFields(failure), steps, ms }
}

function failureFields(failure: Failure | undefined): Fields | undefined {
  if (failure === undefined) return undefined
  const { kind, where, what, why, next } = failure
  return { kind, where, what, why, next }
}

/** A row as an object, so that `jq .rows[].instance` works. */
function named(columns: readonly string[]): (row: readonly string[]) => Fields {
  return (row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? '']))
}

type Say = (place: Place, stream: Stream, data: EncodedData) => void

/** The streams of all running steps; what a step's end cuts off is said before the end. */
class Outputs {
  readonly #say: Say
  readonly #open = new Map<string, { place: Place; streams: Map<Stream, EncodedStream> }>()

  constructor(say: Say) {
    this.#say = say
  }

  push(event: EventOf<'step:output'>): void {
    const { streams } = this.#of(event)
    const stream = streams.get(event.stream) ?? new EncodedStream()
    streams.set(event.stream, stream)
    const data = stream.push(event.data)
    if (data !== undefined) this.#say(event, event.stream, data)
  }

  end(place: Place): void {
    for (const [name, stream] of this.#of(place).streams) {
      const data = stream.end()
      if (data !== undefined) this.#say(place, name, data)
    }
    this.#open.delete(idOf(place))
  }

  endAll(): void {
    for (const { place } of [...this.#open.values()]) this.end(place)
  }

  #of(place: Place): { place: Place; streams: Map<Stream, EncodedStream> } {
    const open = this.#open.get(idOf(place)) ?? { place, streams: new Map<Stream, EncodedStream>() }
    this.#open.set(idOf(place), open)
    return open
  }
}

const idOf = (place: Place): string => `${targetName(place)} ${place.step}`
