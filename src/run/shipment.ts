import { randomBytes } from 'node:crypto'
import { filesCache } from '../operations/files.js'
import type { FileStep, FilesStep, Step } from '../operations/step.js'
import type { Tree, TreeEntry } from '../operations/tree.js'
import { targetDigest, treeRecords } from '../operations/tree-records.js'

/** The content that a program may have to send. */
export interface Shipment {
  /** The step that receives it. */
  readonly id: string
  readonly header: Uint8Array
  readonly blobs: readonly Blob[]
}

/** A content, read when it is asked for. */
export interface Blob {
  readonly digest: string
  readonly size: number
  pieces(): AsyncIterable<Uint8Array>
}

/** An upload that is more than what travels with a step. */
export type ShippedStep = FileStep & { readonly upload: NonNullable<FileStep['upload']> }

export const isShipped = (step: Step): step is ShippedStep =>
  step.kind === 'file' && step.upload !== undefined && step.upload.inline === undefined && !step.check

/** The files of a deploy's trees, with their lists and where their links lead: however many instances have a tree, it is said once. */
export function treeShipment(id: string, steps: readonly FilesStep[]): Shipment {
  const trees = [...new Map(steps.map(({ tree }) => [tree.digest, tree])).values()]
  const blobs = distinct(trees.flatMap((tree) => [listOf(tree), ...tree.entries.map((entry) => blobOf(tree, entry))]))
  const header = { cache: filesCache, blobs: blobs.map(({ digest, size }) => [digest, size]) }
  return { id, header: withLength(header), blobs }
}

const listOf = ({ digest, entries }: Tree): Blob => textBlob(digest, () => treeRecords(entries))

function blobOf(tree: Tree, entry: TreeEntry): Blob {
  if (entry.kind === 'link') return textBlob(targetDigest(entry.target), () => entry.target)
  const { digest, size } = entry
  return { digest, size, pieces: () => tree.pieces(digest) }
}

/** Made again when it is sent: a thousand hosts that wait for one another would each keep a copy. */
const textBlob = (digest: string, text: () => string): Blob => ({
  digest,
  size: Buffer.byteLength(text()),
  async *pieces() {
    yield Buffer.from(text())
  },
})

/** A folder of the host for the contents of one program, by its name there. */
export const newClaim = (): string => randomBytes(8).toString('hex')

/** The files of uploads. The host works out for itself what they hold: by these jobs, in their order. */
export function uploadShipment(id: string, claim: string, steps: readonly ShippedStep[], jobs: unknown): Shipment {
  const blobs = distinct(
    steps.flatMap(({ upload }) =>
      upload.entries.flatMap((entry) =>
        'digest' in entry
          ? [{ digest: entry.digest, size: entry.size, pieces: () => upload.pieces(entry.digest) }]
          : [],
      ),
    ),
  )
  return { id, header: withLength({ claim, jobs }), blobs }
}

/** Each content once, where it comes first. */
function distinct(blobs: readonly Blob[]): Blob[] {
  const found = new Map<string, Blob>()
  for (const blob of blobs) if (!found.has(blob.digest)) found.set(blob.digest, blob)
  return [...found.values()]
}

function withLength(header: unknown): Uint8Array {
  const json = Buffer.from(JSON.stringify(header))
  return Buffer.concat([Buffer.from(json.length.toString(16).padStart(8, '0')), json])
}
