import { VenvoyError } from '../errors.js'
import type { Artifact, PinnedPackage } from '../lock/lock.js'
import { pinFile } from '../lock/pin.js'
import { pipFolder, type ToSend, type Wheels, wheelsFolder } from '../operations/wheels.js'
import { makeTree } from './make-tree.js'
import type { AtHand, WheelStock } from './wheel-stock.js'

/** A package with the one file that is sent, or why there is none. */
type Gathered = { readonly package: PinnedPackage; readonly file: Found } | { readonly problem: string }

type Found = Artifact & AtHand

/**
 * Has the files of a lockfile's packages at hand for one interpreter of a host. Throws a VenvoyError that names all that is
 * missing at once. Nothing: there are no packages.
 */
export async function gatherWheels(stock: WheelStock, needed: ToSend): Promise<Wheels | undefined> {
  if (needed.packages.length === 0) return undefined
  const [gathered, pips] = await Promise.all([
    Promise.all(needed.packages.map((each) => gatherOne(stock, needed, each))),
    pipsOf(stock, needed),
  ])
  const problems = gathered.flatMap((each) => ('problem' in each ? [each.problem] : []))
  if (problems.length > 0) throw missing(stock, needed, problems)
  const found = gathered.flatMap((each) => ('file' in each ? [each] : []))
  return {
    packages: found.map((each) => each.package),
    tree: treeOf(
      stock,
      found.map(({ file }) => file),
      pips,
    ),
  }
}

async function gatherOne(stock: WheelStock, needed: ToSend, each: PinnedPackage): Promise<Gathered> {
  const name = each.version === '' ? each.name : `${each.name} ${each.version}`
  const pinned = each.artifacts.length > 0 ? each : await named(stock, needed, each)
  const wanted = pinned?.artifacts[0]
  if (pinned === undefined || wanted === undefined) return { problem: `${name}: no file has a hash of the lockfile` }
  if (wanted.kind === 'sdist') return { problem: `${name}: it has no wheel, only ${wanted.filename}` }
  const found = await stock.find(each.name, wanted)
  if (found === undefined) return { problem: `${name}: ${wanted.filename}` }
  // The host finds all of them in one folder.
  const { origin: _, ...plain } = pinned
  const version = each.version === '' ? wanted.filename.split('-')[1]! : each.version
  return { package: { ...plain, version, hashes: [wanted.digest] }, file: { ...wanted, ...found } }
}

/** A lockfile that has only hashes: what has one of them is the package's. */
async function named(stock: WheelStock, needed: ToSend, each: PinnedPackage): Promise<PinnedPackage | undefined> {
  const files = await stock.filesOf(each.name)
  const artifacts = files.filter(({ digest }) => each.hashes.includes(digest))
  if (artifacts.length === 0) return undefined
  return pinFile(needed.lockfile, { ...each, artifacts }, needed.interpreter, needed.system)
}

/** The host may do without: its Python mostly brings a pip. */
async function pipsOf(stock: WheelStock, needed: ToSend): Promise<readonly Found[]> {
  const found = await Promise.all(
    stock.pips(needed).map(async (pip) => {
      const atHand = await stock.find('pip', pip).catch(() => undefined)
      return atHand === undefined ? [] : [{ ...pip, ...atHand }]
    }),
  )
  return found.flat()
}

function treeOf(stock: WheelStock, wheels: readonly Found[], pips: readonly Found[]): Wheels['tree'] {
  const readers = new Map([...wheels, ...pips].map((file) => [file.digest, file]))
  const entriesIn = (folder: string, files: readonly Found[]) =>
    files.map(({ filename, size, digest }) => {
      const path = `${folder}/${filename}`
      return { kind: 'file' as const, path, executable: false, size, digest }
    })
  return makeTree(stock.place, {
    entries: [...entriesIn(wheelsFolder, wheels), ...entriesIn(pipFolder, pips)],
    pieces: (digest) => readers.get(digest)!.pieces(),
  })
}

const missing = ({ place }: WheelStock, { lockfile, interpreter }: ToSend, problems: readonly string[]) =>
  new VenvoyError({
    kind: 'command',
    where: lockfile.path,
    what: `not to be had for Python ${interpreter.version} on ${interpreter.platform}, from ${place}`,
    why: problems,
    next: 'put the missing wheels there; of what has no wheel, lock another version, or build one and lock that',
  })
