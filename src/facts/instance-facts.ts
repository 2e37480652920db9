import { posix } from 'node:path'
import type { BuiltVenv, InstanceFacts, KeptRelease } from './facts.js'
import {
  readBaseStamp,
  readDrift,
  readHold,
  readLock,
  readReleaseReceipt,
  readSettings,
  readSwitch,
  readTurn,
  readVenvNote,
  readVenvReceipt,
  readWrapperReceipt,
} from './receipts.js'
import type { Records } from './records.js'
import { readNotes } from './service-facts.js'

/** The files that the probe read, by their paths. */
interface Files {
  readonly receipts: ReadonlyMap<string, string>
  readonly stamps: ReadonlyMap<string, string>
  readonly links: ReadonlyMap<string, string>
  /** Venvs whose base is gone. */
  readonly unbased: ReadonlySet<string>
  /** What `verify` found, by venv. */
  readonly drifts: ReadonlyMap<string, string>
  /** Venvs that lack a file of virtualenvwrapper's. */
  readonly bare: ReadonlySet<string>
}

/** The state of the instances, by their names. */
export function readInstances(records: Records, links: Files['links']): Record<string, InstanceFacts> {
  const files: Files = {
    // PATH:{"v":1,…
    receipts: new Map(
      records('receipt').map(([line = '']) => [line.slice(0, line.indexOf(':{')), line.slice(line.indexOf(':{') + 1)]),
    ),
    stamps: new Map(records('stamp').map(([stamp = '', path = '']) => [path, stamp])),
    links,
    unbased: new Set(records('unbased').map(([path = '']) => path)),
    drifts: new Map(records('drift').map(([path = '', text = '']) => [path, text])),
    bare: new Set(records('bare').map(([path = '']) => path)),
  }
  const marks = new Map(records('releases').map(([name = '', ...numbers]) => [name, numbers]))
  const made = readMade(records)
  return Object.fromEntries(
    records('instance').map((fields) => {
      const [name = ''] = fields
      const switches = records('switched').flatMap(([of, line]) => (of === name ? (readSwitch(line) ?? []) : []))
      const turns = records('turned').flatMap(([of, line]) => (of === name ? (readTurn(line) ?? []) : []))
      const releases = readReleases(fields, marks.get(name) ?? [], files)
      const lock = readLock(records('lock').find(([of]) => of === name)?.[1])
      const hold = readHold(records('hold').find(([of]) => of === name)?.[1])
      const salt = records('salt').find(([of]) => of === name)?.[1]
      const journal = { ...(switches.length > 0 && { switches }), ...(turns.length > 0 && { turns }) }
      const services = readNotes(records, name)
      const wrappers = records('wrapper').flatMap(([of, path = '']) => (of === name ? [path] : []))
      const own = made.get(name)
      const held = { ...(own && { made: own }), ...(lock && { lock }), ...(hold && { hold }), ...(salt && { salt }) }
      const told = {
        ...journal,
        ...held,
        ...(services.length > 0 && { services }),
        ...(wrappers.length > 0 && { wrappers }),
      }
      return [name, { ...readInstance(fields, files), ...releases, ...told }]
    }),
  )
}

/** By instances, what their releases were made of. Without all of it nothing can be said. */
function readMade(records: Records): Map<string, ReadonlyMap<string, string>> {
  const trees = new Map<string, Map<string, string>>()
  for (const [digest = '', ...rest] of records('file')) {
    // `f 47de12345678 app.py`; a byte stands for a newline in a name
    const [, made = '', path = ''] = /^([flx] [0-9a-f]{12}) (.+)$/s.exec(rest.join('\x1f')) ?? []
    const files = trees.get(digest) ?? trees.set(digest, new Map()).get(digest)!
    files.set(path.replaceAll('\x01', '\n'), made)
  }
  const whole = (digest: string) => (trees.get(digest)?.has('') ? undefined : trees.get(digest))
  return new Map(
    records('made').flatMap(([name = '', digest = '']) => {
      const files = whole(digest)
      return files === undefined ? [] : [[name, files] as const]
    }),
  )
}

function readReleases([, to = '']: readonly string[], fields: readonly string[], files: Files) {
  const [whole = '', failed = '', left = '', owner, asked, unsettled, unserved = ''] = fields
  const numbers = asked ? readNumbers(whole) : []
  const kept = numbers.flatMap((number) => readKept(`${to}/releases/${number}`, number, files))
  const marks = { whole, failed, left, unserved }
  const marked = Object.entries(marks).map(([mark, text]) => [mark, readNumbers(text)] as const)
  const told = [...marked, ['kept', kept] as const].filter(([, found]) => found.length > 0)
  return {
    ...(Object.fromEntries(told) as Partial<InstanceFacts>),
    ...(unsettled && { unsettled: true }),
    ...(owner && { owner: owner as 'ours' | 'foreign' }),
  }
}

function readKept(path: string, number: number, files: Files): KeptRelease[] {
  const receipt = readReleaseReceipt(files.receipts.get(`${path}/release.json`))
  if (receipt?.number !== number) return []
  const venv = readBuilt(`${path}/venv`, files)
  const drift = readDrift(files.receipts.get(`${path}/.venvoy.drift`))
  return [{ receipt, ...(drift && { drift }), ...(venv && { venv: { ...venv, path: receipt.venv } }) }]
}

function readInstance(fields: readonly string[], files: Files): InstanceFacts {
  const [, to = '', home = '', venvName = '', generation, releases = '', release = '', problem, servedPath = ''] =
    fields
  const [entry = '', unwritable = ''] = fields.slice(9)
  const current = readCurrent(release, problem ?? '', files)
  const served = readBuilt(servedPath, files)
  const built = readAllBuilt(home, venvName, files)
  const bases = readBases(home, files)
  const homeEntry = entry === 'link' ? (files.links.get(`${home}/${venvName}`) ?? entry) : entry
  return {
    to,
    home,
    generation: readGeneration(generation),
    releases: readNumbers(releases),
    ...current,
    ...(served?.sound && { venv: served.receipt }),
    ...(served && { served }),
    ...(built.length > 0 && { built }),
    ...(bases.length > 0 && { bases }),
    ...(homeEntry && { homeEntry }),
    ...(unwritable !== '' && { unwritable: unwritable.trim().split(' ') as ('to' | 'home')[] }),
  }
}

function readCurrent(
  release: string,
  problem: string,
  files: Files,
): Pick<InstanceFacts, 'current' | 'currentProblem' | 'drift' | 'settings'> {
  if (problem !== '') return { currentProblem: problem }
  if (release === '') return {}
  const receipt = readReleaseReceipt(files.receipts.get(`${release}/release.json`))
  const isThis = receipt !== undefined && String(receipt.number) === posix.basename(release)
  const drift = readDrift(files.receipts.get(`${release}/.venvoy.drift`))
  const settings = readSettings(files.receipts.get(`${release}/settings.json`))
  return isThis
    ? { current: receipt, ...(drift && { drift }), ...(settings && { settings }) }
    : { currentProblem: `leads to ${release}, which has no receipt of venvoy's` }
}

function readBuilt(path: string, { receipts, stamps, unbased, drifts, bare }: Files): BuiltVenv | undefined {
  const receipt = readVenvReceipt(receipts.get(`${path}/.venvoy.json`))
  if (receipt === undefined) return undefined
  const wrapper = bare.has(path) ? undefined : readWrapperReceipt(receipts.get(`${path}/.venvoy-wrapper.json`))
  const noted = readVenvNote(receipts.get(`${path}/.venvoy-noted.json`))
  const isWhole = !unbased.has(path) && !drifts.has(path)
  const stamp = isWhole ? stamps.get(`${path}/bin/python`) : undefined
  const sound = stamp !== undefined && [receipt.python.stamp, noted?.stamp].includes(stamp)
  const drift = readDrift(drifts.get(path))
  const found = {
    ...(drift && { drift }),
    ...(stamp !== undefined && !sound && { stamp }),
    ...(noted && { noted }),
    ...(wrapper && { wrapper }),
  }
  return { path, receipt, sound, ...found }
}

/** `<home>/.venvoy/base-<fingerprint>[.N]`, those whose interpreter is the one that they were built with. */
function readBases(home: string, { receipts, stamps }: Files): string[] {
  return [...receipts].flatMap(([file, text]) => {
    const path = posix.dirname(file)
    const isBase = posix.dirname(path) === `${home}/.venvoy` && posix.basename(path).startsWith('base-')
    const stamp = isBase ? readBaseStamp(text) : undefined
    return stamp !== undefined && stamps.get(`${path}/bin/python`) === stamp ? [path] : []
  })
}

/** `<home>/.venvoy/<any>/<name>/.venvoy.json`; where the venv that serves suits, the probe reads only that. */
function readAllBuilt(home: string, name: string, files: Files): BuiltVenv[] {
  const end = `/${name}/.venvoy.json`
  return [...files.receipts.keys()]
    .filter((file) => file.endsWith(end) && posix.dirname(file.slice(0, -end.length)) === `${home}/.venvoy`)
    .flatMap((file) => readBuilt(posix.dirname(file), files) ?? [])
}

// '12' → 12; what is no number counts as none
const readGeneration = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : 0)

/** `/1/2/notes/10` → 1, 2, 10 */
const readNumbers = (text: string): number[] =>
  text
    .split('/')
    .filter((name) => /^\d{1,15}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
