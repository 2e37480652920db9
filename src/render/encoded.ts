/** Bytes as they stand in JSON: text where they are text, base64 otherwise. */
export type EncodedData = { readonly data: string } | { readonly data: string; readonly encoding: 'base64' }

/**
 * One stream of bytes as JSON values. A character that a chunk breaks off waits for the next one, so that text stays text; what is
 * said in the end is the very bytes that came.
 */
export class EncodedStream {
  #waiting: Uint8Array = new Uint8Array(0)

  push(chunk: Uint8Array): EncodedData | undefined {
    const bytes = joined(this.#waiting, chunk)
    const whole = bytes.length - brokenOff(bytes)
    this.#waiting = bytes.slice(whole)
    return whole === 0 ? undefined : encoded(bytes.subarray(0, whole))
  }

  end(): EncodedData | undefined {
    const rest = this.#waiting
    this.#waiting = new Uint8Array(0)
    return rest.length === 0 ? undefined : encoded(rest)
  }
}

function encoded(bytes: Uint8Array): EncodedData {
  try {
    return { data: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'), encoding: 'base64' }
  }
}

/** How many bytes at the end are the beginning of a character whose rest has not come: 0 to 3. */
function brokenOff(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!
    if (byte >= 0xc2 && byte <= 0xf4) return back < lengthOf(byte) ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}

const lengthOf = (leadByte: number): number => (leadByte >= 0xf0 ? 4 : leadByte >= 0xe0 ? 3 : 2)

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
