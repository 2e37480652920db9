import type { FileHandle } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { type ArchiveEntry, BrokenArchive, decodeName, type TakeEntry } from './archive-entry.js'

/** A file's line in the directory at the end of the archive. */
interface Listed {
  readonly path: string
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  /** As `stat` has it; 0 where the archive was not made on a Unix. */
  readonly mode: number
  readonly offset: number
}

const endMark = 0x06054b50
const longest = 22 + 0xffff

/** Reads a zip archive, entry by entry. Throws a BrokenArchive for what is none, is cut off, or encrypted. */
export async function readZip(file: FileHandle, take: TakeEntry): Promise<void> {
  for (const listed of await readDirectory(file)) {
    const content = await openContent(file, listed)
    const checked = checkedContent(content, listed)
    await take(await entryOf(listed, checked), checked)
    for await (const _ of checked);
  }
}

async function readDirectory(file: FileHandle): Promise<Listed[]> {
  const { size } = await file.stat()
  const tail = await readAt(file, Math.max(0, size - longest), Math.min(size, longest))
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0) throw new BrokenArchive('it has no directory at its end: it may be cut off')
  const place = await directoryPlace(file, tail.subarray(end), Math.max(0, size - longest) + end)
  const directory = await readAt(file, place.offset, place.size)
  const found: Listed[] = []
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const [name, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ]
    found.push(parseListed(directory.subarray(at, at + 46 + name + extra), name))
    at += 46 + name + extra + comment
  }
  if (found.length !== place.count)
    throw new BrokenArchive(`${place.count} files are announced, and ${found.length} are there`)
  return found
}

async function directoryPlace(file: FileHandle, end: Buffer, endAt: number) {
  if (end.readUInt32LE(0) !== endMark || end.length < 22) throw new BrokenArchive('its directory is cut off')
  const short = { count: end.readUInt16LE(10), size: end.readUInt32LE(12), offset: end.readUInt32LE(16) }
  if (short.count !== 0xffff && short.size !== 0xffffffff && short.offset !== 0xffffffff) return short
  // zip64: a pointer in front of the end leads to the long numbers
  const locator = await readAt(file, endAt - 20, 20)
  const long = await readAt(file, Number(locator.readBigUInt64LE(8)), 56)
  const number = (at: number) => Number(long.readBigUInt64LE(at))
  return { count: number(32), size: number(40), offset: number(48) }
}

function parseListed(line: Buffer, nameLength: number): Listed {
  const path = decodeName(line.subarray(46, 46 + nameLength))
  if ((line.readUInt16LE(8) & 1) !== 0) throw new BrokenArchive(`${path} is encrypted`)
  const isUnix = line.readUInt8(5) === 3
  const long = longNumbers(line.subarray(46 + nameLength))
  const number = (at: number) => {
    const short = line.readUInt32LE(at)
    return short === 0xffffffff ? (long.shift() ?? short) : short
  }
  // In this order the long numbers follow one another, each where the short one had no room.
  const [size, packed, offset] = [number(24), number(20), number(42)]
  const mode = isUnix ? line.readUInt32LE(38) >>> 16 : 0
  return { path, method: line.readUInt16LE(10), crc: line.readUInt32LE(16), packed, size, mode, offset }
}

function longNumbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    const count = Math.floor(extra.readUInt16LE(at + 2) / 8)
    return Array.from({ length: count }, (_, i) => Number(extra.readBigUInt64LE(at + 4 + i * 8)))
  }
  return []
}

async function openContent(file: FileHandle, { path, offset, packed, method }: Listed): Promise<Readable> {
  if (method !== 0 && method !== 8)
    throw new BrokenArchive(`${path} is packed in a way that is not known here (${method})`)
  const head = await readAt(file, offset, 30)
  const start = offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
  // An empty range is none for Node.
  if (packed === 0) return Readable.from([])
  const raw = file.createReadStream({ start, end: start + packed - 1, autoClose: false })
  return method === 0 ? raw : pipeline(raw, createInflateRaw(), () => undefined)
}

async function* checkedContent(content: Readable, { path, size, crc }: Listed): AsyncGenerator<Buffer> {
  let [sum, length] = [0xffffffff, 0]
  for await (const chunk of content as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > size) break
    sum = crcOf(chunk, sum)
    yield chunk
  }
  if (length !== size || (sum ^ 0xffffffff) >>> 0 !== crc) throw new BrokenArchive(`${path} is not what it should be`)
}

async function entryOf({ path, mode }: Listed, content: AsyncIterable<Buffer>): Promise<ArchiveEntry> {
  const kind = mode & 0o170000
  if (path.endsWith('/') || kind === 0o040000) return { kind: 'folder', path }
  if (kind === 0o120000) {
    const parts: Buffer[] = []
    for await (const part of content) parts.push(part)
    return { kind: 'link', path, target: decodeName(Buffer.concat(parts)) }
  }
  if (kind !== 0 && kind !== 0o100000) return { kind: 'other', path, what: 'a device or a FIFO' }
  return { kind: 'file', path, executable: (mode & 0o100) !== 0 }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  if (bytesRead < length) throw new BrokenArchive('it is cut off')
  return buffer
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crcOf(chunk: Uint8Array, before: number): number {
  let sum = before
  for (const byte of chunk) sum = (sum >>> 8) ^ crcTable[(sum ^ byte) & 0xff]!
  return sum
}
