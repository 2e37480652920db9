/** One file of an archive. */
export interface ZipEntry {
  /** With forward slashes: `greeting/__init__.py`. */
  readonly path: string
  readonly content: Uint8Array
}

/** 1980-01-01, the first day that zip knows: the same entries give the same bytes on any day. */
const firstDay = 0x0021
const utf8Names = 0x0800
/** A plain file, rw-r--r--, as Unix keeps it in the upper half. */
const regularFile = 0o100644 * 0x10000
const madeOnUnix = 0x0314
const needsVersion = 20

/** Packs files into a zip archive without compressing them. */
export function storedZip(entries: readonly ZipEntry[]): Uint8Array {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { path, content } of entries) {
    const name = Buffer.from(path)
    const common = commonFields(name, content)
    const local = Buffer.concat([u32(0x04034b50), u16(needsVersion), common, name, content])
    directory.push(
      Buffer.concat([u32(0x02014b50), u16(madeOnUnix), u16(needsVersion), common]),
      Buffer.concat([u16(0), u16(0), u16(0), u32(regularFile), u32(offset), name]),
    )
    locals.push(local)
    offset += local.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const count = u16(entries.length)
  const end = Buffer.concat([u32(0x06054b50), u16(0), u16(0), count, count, u32(size), u32(offset), u16(0)])
  return Buffer.concat([...locals, ...directory, end])
}

/** What a file's own header and its line in the directory both say, in the same order. */
function commonFields(name: Buffer, content: Uint8Array): Buffer {
  const size = u32(content.length)
  return Buffer.concat([
    ...[u16(utf8Names), u16(0), u16(0), u16(firstDay)],
    ...[u32(crc32(content)), size, size, u16(name.length), u16(0)],
  ])
}

/** The checksum of zip; node:zlib has it only from 20.15 on. */
function crc32(content: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of content) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
