import type { Keeper } from '../config/service-spec.js'
import { readCrontab } from './crontab-facts.js'
import type { HostFacts, Interpreter, VenvListing } from './facts.js'
import { readInstances } from './instance-facts.js'
import { readLogin } from './login-facts.js'
import { readPorts } from './port-facts.js'
import { type Records, readRecords } from './records.js'

/**
 * The facts in a probe's answer. What a login shell's start-up files printed before it is skipped. Throws where the answer is
 * none, or not whole, and then says what the host did answer.
 */
export function parseFacts(text: string, host?: string): HostFacts {
  const records = readRecords(text, host)
  const links = readLinks(records)
  const crontab = readCrontab(records)
  return {
    system: readSystem(records),
    programs: Object.fromEntries(records('program').map(([name = '', path = '']) => [name, path])),
    interpreters: records('interpreter').map(readInterpreter),
    instances: readInstances(records, links),
    venvs: records('listed').map((fields) => readListing(fields, links)),
    free: Object.fromEntries(records('free').map(([path = '', kilobytes]) => [path, Number(kilobytes) * 1024])),
    ...(records('manager').length > 0 && {
      managers: records('manager').map(([name = '']) => name as Keeper | 'linger'),
    }),
    ...(crontab && { crontab }),
    ...(records('listening').length > 0 && { ports: readPorts(records) }),
    ...readMachine(records('machine')[0]),
    ...(records('uv').length > 0 && { uvs: records('uv').map(([path = '', version = '']) => ({ path, version })) }),
    ...(records('python').length > 0 && { pythons: readPythons(records) }),
    ...(records('sudo').length > 0 && {
      sudo: Object.fromEntries(records('sudo').map(([user = '', answer]) => [user, answer === 'yes'])),
    }),
    ...(records('login-file').length > 0 && { login: readLogin(records) }),
  }
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
  const [
    path = '',
    stamp = '',
    version = '',
    implementation = '',
    abi = '',
    platform = '',
    venv,
    pip,
    real = '',
    libc,
  ] = fields
  return {
    path,
    real,
    version,
    implementation,
    abi,
    platform,
    ...(libc && { libc }),
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
  const [home = '', name = '', , text = '', ours, problem = ''] = fields
  const link = links.get(`${home}/${name}`)
  // '3.11.7.final.0' → '3.11.7'
  const version = /^\d+(\.\d+)*/.exec(text)?.[0]
  return {
    name,
    home,
    ...(link !== undefined && { link }),
    ...(version !== undefined && { version }),
    ours: ours === 'yes',
    ...(problem !== '' && { problem }),
  }
}
