import { type ArchiveEntry, BrokenArchive, decodeName, type TakeEntry } from './archive-entry.js'
import { ByteReader } from './byte-reader.js'

const blockSize = 512

/** More than any name or attribute takes. Bytes. */
const longestAttributes = 1 << 20

/** A block that begins an entry, with what extended headers before it say. */
interface Header {
  readonly type: string
  readonly path: string
  readonly target: string
  readonly size: number
  readonly mode: number
}

/** Further attributes of the next entry, or of all: `path`, `linkpath`, `size`. */
type Attributes = ReadonlyMap<string, string>

/**
 * Reads a tar archive (v7, ustar, pax, GNU), entry by entry. Throws a BrokenArchive for what is none, is cut off, or holds sparse
 * files.
 */
export async function readTar(source: AsyncIterable<Buffer>, take: TakeEntry): Promise<void> {
  const reader = new ByteReader(source)
  let global: Attributes = new Map()
  let own: Attributes = new Map()
  for (;;) {
    const block = await reader.read(blockSize)
    if (block === undefined || isEmpty(block)) break
    const header = parseHeader(block, new Map([...global, ...own]))
    const padding = (blockSize - (header.size % blockSize)) % blockSize
    if ('xgLK'.includes(header.type)) {
      const extended = await readExtended(reader, header)
      if (header.type === 'g') global = new Map([...global, ...extended])
      else own = new Map([...own, ...extended])
    } else {
      own = new Map()
      const content = reader.pass(header.size)
      await take(entryOf(header), content)
      for await (const _ of content);
    }
    for await (const _ of reader.pass(padding));
  }
  await reader.finish()
}

/** Whether a block begins a tar archive. */
export const isTarHeader = (block: Uint8Array): boolean =>
  block.length >= blockSize && !isEmpty(block) && checksumOf(block) === octal(Buffer.from(block), 148, 8)

async function readExtended(reader: ByteReader, { type, size }: Header): Promise<Attributes> {
  if (size > longestAttributes) throw new BrokenArchive(`attributes of ${size} bytes`)
  const content = (await reader.read(size)) ?? Buffer.alloc(0)
  // GNU's way to say a long name: it is the content, with a NUL behind it.
  if (type === 'L' || type === 'K')
    return new Map([[type === 'L' ? 'path' : 'linkpath', decodeName(untilNul(content))]])
  return parseAttributes(content)
}

// `30 path=a name that is long\n`, one after the other; the number counts its own digits
function parseAttributes(content: Buffer): Attributes {
  const found = new Map<string, string>()
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(' ', at)
    const length = Number(content.toString('latin1', at, space))
    if (space < 0 || !(length > 0) || at + length > content.length)
      throw new BrokenArchive('attributes that make no sense')
    const record = content.subarray(space + 1, at + length - 1)
    const equals = record.indexOf('=')
    const key = record.toString('latin1', 0, equals)
    if (key.startsWith('GNU.sparse.')) throw new BrokenArchive('it holds sparse files: make it without --sparse')
    if (key === 'path' || key === 'linkpath' || key === 'size') found.set(key, decodeName(record.subarray(equals + 1)))
    at += length
  }
  return found
}

function parseHeader(block: Buffer, attributes: Attributes): Header {
  if (checksumOf(block) !== octal(block, 148, 8)) throw new BrokenArchive('a header with a wrong checksum')
  const text = (start: number, length: number) => untilNul(block.subarray(start, start + length))
  // POSIX puts the beginning of a long path apart; in GNU's headers other things stand there.
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? text(345, 155) : Buffer.alloc(0)
  const short = Buffer.concat(prefix.length === 0 ? [text(0, 100)] : [prefix, Buffer.from('/'), text(0, 100)])
  const path = attributes.get('path') ?? decodeName(short)
  const type = String.fromCharCode(block[156]!)
  const size = attributes.has('size') ? Number(attributes.get('size')) : octal(block, 124, 12)
  if (!Number.isSafeInteger(size) || size < 0) throw new BrokenArchive(`${path} has no size that makes sense`)
  return {
    // Before POSIX, a slash at the end made a folder.
    type: type === '\0' ? (path.endsWith('/') ? '5' : '0') : type,
    path,
    target: attributes.get('linkpath') ?? decodeName(text(157, 100)),
    // Links and folders have no content, whatever some programs write there.
    size: /[123456]/.test(type) ? 0 : size,
    mode: octal(block, 100, 8),
  }
}

const kinds: Readonly<Record<string, string>> = { 3: 'a device', 4: 'a device', 6: 'a FIFO', S: 'a sparse file' }

function entryOf({ type, path, target, mode }: Header): ArchiveEntry {
  if (type === '0' || type === '7') return { kind: 'file', path, executable: (mode & 0o100) !== 0 }
  if (type === '1') return { kind: 'twin', path, target }
  if (type === '2') return { kind: 'link', path, target }
  // `V` is the name of a volume, `D` a folder with the names in it.
  if (type === '5' || type === 'V' || type === 'D') return { kind: 'folder', path }
  return { kind: 'other', path, what: kinds[type] ?? `something of type ${JSON.stringify(type)}` }
}

/** `0000644\0`, or a number in base 256 with the highest bit set. */
function octal(block: Buffer, start: number, length: number): number {
  const field = block.subarray(start, start + length)
  if ((field[0]! & 0x80) === 0) return Number.parseInt(field.toString('latin1').replace(/\0.*$/s, '').trim() || '0', 8)
  return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, field[0]! & 0x7f)
}

/** The sum of all bytes, with spaces in the place of the sum itself. */
function checksumOf(block: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < blockSize; i++) sum += i >= 148 && i < 156 ? 0x20 : block[i]!
  return sum
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

const isEmpty = (block: Uint8Array): boolean => block.every((byte) => byte === 0)
