/** A number of four bytes, in SSH's own encoding. */
export const number = (value: number) =>
  Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255])

/** Bytes or text with their length before them. */
export function field(data: Buffer | string): Buffer {
  const bytes = Buffer.from(data)
  return Buffer.concat([number(bytes.length), bytes])
}

/** What is left to read of some data. */
export interface Reader {
  number(): number
  byte(): number
  string(): Buffer
}

/** Reads SSH's own encoding from a place on. Throws an Error with a sentence where the data ends too early. */
export function reader(data: Buffer, start = 0): Reader {
  let at = start
  const take = (length: number) => {
    if (at + length > data.length) throw new Error('it is damaged')
    at += length
    return data.subarray(at - length, at)
  }
  const number = () => take(4).readUInt32BE(0)
  return { number, string: () => take(number()), byte: () => take(1)[0]! }
}
