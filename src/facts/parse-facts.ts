import { VenvoyError } from '../errors.js'
import type { HostFacts, Interpreter, VenvListing } from './facts.js'
import { readInstances } from './instance-facts.js'
import { answerEnd, answerStart } from './probe.js'

/** Which fields a kind of fact has, by position, and all facts of that kind. */
export type Records = (kind: string) => readonly (readonly string[])[]

/**
 * The facts in a probe's answer. What a login shell's start-up files printed before it is skipped. Throws where the answer is
 * none, or not whole, and then says what the host did answer.
 */
export function parseFacts(text: string, host?: string): HostFacts {
  const records = readRecords(text, host)
  const links = readLinks(records)
  return {
    system: readSystem(records),
    programs: Object.fromEntries(records('program').map(([name = '', path = '']) => [name, path])),
    interpreters: records('interpreter').map(readInterpreter),
    instances: readInstances(records, links),
    venvs: records('listed').map((fields) => readListing(fields, links)),
    free: Object.fromEntries(records('free').map(([path = '', kilobytes]) => [path, Number(kilobytes) * 1024])),
    ...readMachine(records('machine')[0]),
    ...(records('python').length > 0 && { pythons: readPythons(records) }),
    ...(records('sudo').length > 0 && { sudo: records('sudo')[0]?.[0] === 'yes' }),
  }
}

function readRecords(text: string, host: string | undefined): Records {
  const start = text.indexOf(`${answerStart}\n`)
  const lines = start < 0 ? [] : text.slice(start).split('\n').slice(1)
  const end = lines.indexOf(answerEnd)
  if (end < 0) throw notFacts(start < 0 ? text : text.slice(start), start < 0, host)
  const records = new Map<string, string[][]>()
  for (const line of lines.slice(0, end)) {
    const [kind = '', ...fields] = line.split('\x1f')
    records.set(kind, [...(records.get(kind) ?? []), fields])
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

function readSystem(records: Records): HostFacts['system'] {
  const [os = '', arch = '', user = '', uid, home = '', hostname = '', shell = '', now] = records('system')[0] ?? []
  return { os, arch, user, uid: Number(uid), home, hostname, shell, now: Number(now) }
}

function readMachine(fields: readonly string[] | undefined): Pick<HostFacts, 'machine'> {
  if (fields === undefined) return {}
  const [os = '', osVersion = '', cpus, memory] = fields
  return { machine: { os, osVersion, cpus: readCount(cpus), memoryMb: readCount(memory) } }
}

// '4' → 4; 0 and what is no number is no answer
const readCount = (text = ''): number | null => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : null)

/** Each once, the oldest first. */
function readPythons(records: Records): string[] {
  const versions = new Set(records('python').map(([version = '']) => version))
  return [...versions].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

function readInterpreter(fields: readonly string[]): Interpreter {
  const [path = '', stamp = '', version = '', implementation = '', abi = '', platform = '', venv, pip, real = ''] =
    fields
  return {
    path,
    real,
    version,
    implementation,
    abi,
    platform,
    hasVenv: venv === 'yes',
    hasEnsurepip: pip === 'yes',
    stamp,
  }
}

/** `lrwxrwxrwx 1 ann ann 9 Nov 21 08:00 /home/ann/a -> /srv/b` leads from the one path to the other. */
function readLinks(records: Records): ReadonlyMap<string, string> {
  const links = new Map<string, string>()
  for (const [line = ''] of records('link')) {
    // The first ` /`: fields of `ls` hold no slash.
    const [path = '', ...target] = line.slice(line.indexOf(' /') + 1).split(' -> ')
    links.set(path, target.join(' -> '))
  }
  return links
}

function readListing(fields: readonly string[], links: ReadonlyMap<string, string>): VenvListing {
  const [home = '', name = '', , text = '', ours] = fields
  const link = links.get(`${home}/${name}`)
  // '3.11.7.final.0' → '3.11.7'
  const version = /^\d+(\.\d+)*/.exec(text)?.[0]
  return {
    name,
    home,
    ...(link !== undefined && { link }),
    ...(version !== undefined && { version }),
    ours: ours === 'yes',
  }
}
