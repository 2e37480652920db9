import { VenvoyError } from '../errors.js'
import { answerEnd, answerStart } from './probe.js'

/** Which fields a kind of fact has, by position, and all facts of that kind. */
export type Records = (kind: string) => readonly (readonly string[])[]

/** The lines of a probe's answer. Throws where the answer is none, or not whole, and then says what the host did answer. */
export function readRecords(text: string, host: string | undefined): Records {
  const start = text.indexOf(`${answerStart}\n`)
  const lines = start < 0 ? [] : text.slice(start).split('\n').slice(1)
  const end = lines.indexOf(answerEnd)
  if (end < 0) throw notFacts(start < 0 ? text : text.slice(start), start < 0, host)
  const records = new Map<string, string[][]>()
  for (const line of lines.slice(0, end)) {
    const [kind = '', ...fields] = line.split('\x1f')
    const known = records.get(kind)
    if (known === undefined) records.set(kind, [fields])
    else known.push(fields)
  }
  if (!records.has('system')) throw notFacts(text, true, host)
  return (kind) => records.get(kind) ?? []
}

function notFacts(text: string, isForeign: boolean, host: string | undefined): VenvoyError {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  // All but printable characters: an answer may hold anything.
  const shown = lines.slice(0, 5).map((line) => line.replace(/[^\x20-\x7e\xa0-\uffff]/g, ' ').slice(0, 200))
  return new VenvoyError({
    kind: 'command',
    ...(host !== undefined && { where: host }),
    what: isForeign ? 'the host did not answer the probe' : "the host's answer to the probe breaks off",
    why: shown.length === 0 ? ['it answered nothing'] : ['it answered:', ...shown.map((line) => `  ${line}`)],
    next: 'log in by hand and run `sh -c true`: the login shell must be able to start sh',
  })
}
