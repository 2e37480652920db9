import { type MaskedForms, patternOf } from './mask.js'

/** Forms of secrets as bytes, so that what is no text passes through as it is. */
export interface BytePattern {
  readonly forms: MaskedForms
  readonly pattern: RegExp
  readonly longest: number
}

/** The forms as Latin-1 texts of their UTF-8 bytes: one character is one byte. */
export function bytePattern(forms: MaskedForms): BytePattern {
  const bytes = new Map([...forms].map(([form, name]) => [Buffer.from(form).toString('latin1'), name]))
  return {
    forms: bytes,
    pattern: patternOf(bytes),
    longest: Math.max(0, ...[...bytes.keys()].map((form) => form.length)),
  }
}

/** Masks one stream of bytes as it comes. What may be the beginning of a secret waits for what follows. */
export class MaskStream {
  private rest = ''

  constructor(
    /** May come to know more forms. */
    private readonly bytes: () => BytePattern,
    private readonly onMasked: (name: string) => void = () => undefined,
  ) {}

  push(chunk: Uint8Array): Uint8Array {
    const text = this.rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1')
    return this.take(text, this.beginningIn(text))
  }

  /** The stream is over: what has waited is no secret. */
  end(): Uint8Array {
    return this.take(this.rest, this.rest.length)
  }

  /** Masks up to a place, or up to the end of what begins before it. */
  private take(text: string, until: number): Uint8Array {
    const { forms, pattern } = this.bytes()
    const parts: string[] = []
    let at = 0
    for (const match of text.matchAll(pattern)) {
      if (match.index >= until) break
      const name = forms.get(match[0])!
      this.onMasked(name)
      parts.push(text.slice(at, match.index), name)
      at = match.index + match[0].length
    }
    const end = Math.max(at, until)
    parts.push(text.slice(at, end))
    this.rest = text.slice(end)
    return Buffer.from(parts.join(''), 'latin1')
  }

  /** Where the text may end with the first part of a form; its end, if it does not. */
  private beginningIn(text: string): number {
    const { forms, longest } = this.bytes()
    const all = [...forms.keys()]
    for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++) {
      const tail = text.slice(at)
      if (all.some((form) => form.length > tail.length && form.startsWith(tail))) return at
    }
    return text.length
  }
}
