/** A text that was read: a file, or one `--set`. */
export interface Document {
  /** As shown to people: `deploy.yml`, or `--set hosts.web1.port=3`. */
  readonly file: string
  readonly text: string
  /** A `--set` is its own place: it has no lines worth counting. */
  readonly isSet?: boolean
}

/** Part of a document, in UTF-16 code units from its start. */
export interface Place {
  readonly document: Document
  readonly start: number
  readonly end: number
}

/** Keys and list indices from the top of the file. */
export type Path = readonly (string | number)[]

/** A mistake in the config, with its place. */
export interface Diagnostic {
  readonly file: string
  /** From 1; 0 for a `--set`, which is a place by itself. */
  readonly line: number
  readonly column: number
  /** `hosts.web2.adress`; empty where no key is meant. */
  readonly path: string
  readonly message: string
  readonly hint?: string
  /** The line's text. */
  readonly source: string
  /** How much of the line is meant, in characters. */
  readonly length: number
}

const shownAtMost = 100
const sourceWidth = 160

/** The diagnostic for a place; a place of several lines is marked up to the end of its first. */
export function diagnose(place: Place, path: Path, message: string, hint?: string): Diagnostic {
  const { file, text, isSet } = place.document
  const said = { file, path: describePath(path), message, ...(hint === undefined ? {} : { hint }) }
  if (isSet) return { ...said, line: 0, column: 0, source: '', length: 0 }
  const before = text.slice(0, place.start)
  const lineStart = before.lastIndexOf('\n') + 1
  const lineEnd = text.indexOf('\n', place.start)
  const source = text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd).trimEnd()
  const column = place.start - lineStart + 1
  const length = Math.max(1, Math.min(place.end - place.start, source.length - column + 1))
  return { ...said, line: before.split('\n').length, column, source, length }
}

/** `hosts.web2.adress`, `tasks.uptime.run[1]`. */
export function describePath(path: Path): string {
  return path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`
      // `web1.example.com` and `client-{1..20}` are shown as they are; ``, `a b` and control characters are not.
      const shown = /^(?=.*[\w$])[\w{}.,*/$()<-]+$/.test(key) ? key : JSON.stringify(key)
      return i === 0 ? shown : `.${shown}`
    })
    .join('')
}

/** By document in the order given, then by position. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  )
}

/** All diagnostics as people read them, each with its source line and carets beneath. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const shown = diagnostics.slice(0, shownAtMost).map(describeDiagnostic)
  const more = diagnostics.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n\n')
}

function describeDiagnostic({ file, line, column, path, message, hint, source, length }: Diagnostic): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`
  const head = [place, ...(path === '' ? [] : [path]), message].join(': ')
  const sentence = hint === undefined ? head : `${head} (${hint})`
  if (line === 0 || source.trim() === '') return sentence
  const number = `  ${line}`
  // A value that is missing may be missed behind the end of its line.
  const { text, from } = clip(source, Math.min(column - 1, source.length))
  const marked = '^'.repeat(Math.min(length, text.length - from) || 1)
  // Tabs stay tabs, so that the carets stand under what they mean.
  const indent = text.slice(0, from).replace(/[^\t]/g, ' ')
  return [sentence, `${number} | ${printable(text)}`, `${' '.repeat(number.length)} | ${indent}${marked}`].join('\n')
}

/** The part of a very long line that is around the place. */
function clip(source: string, from: number): { text: string; from: number } {
  if (source.length <= sourceWidth) return { text: source, from }
  const start = Math.max(0, Math.min(from - sourceWidth / 2, source.length - sourceWidth))
  return { text: source.slice(start, start + sourceWidth), from: from - start }
}

/** A control character in the file must not reach the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === '\t' ? character : '\uFFFD'))
}
