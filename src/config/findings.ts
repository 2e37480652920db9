import { type Diagnostic, describePath, diagnose, type Path, type Place } from './diagnostic.js'
import { findNearest, type MapNode } from './node.js'

export interface Remark {
  readonly hint?: string | undefined
  /** Whether the key is meant, and not its value. */
  readonly isKey?: boolean | undefined
  /** The part of the text that is meant, and which of its occurrences, from 0: `{{ prot }}`. */
  readonly part?: { readonly text: string; readonly nth: number } | undefined
}

const nowhere: MapNode = {
  kind: 'map',
  place: { document: { file: '', text: '' }, start: 0, end: 0 },
  entries: new Map(),
}

/** The mistakes found so far in what was written. Each is kept once, however many targets it is found for. */
export class Findings {
  private readonly found = new Map<string, Diagnostic>()
  /** Names of what is wrong already: that they mean nothing elsewhere is no second mistake. */
  private readonly doubted = new Set<string>()

  constructor(private readonly root: MapNode = nowhere) {}

  /** A mistake at a path; at the nearest that is there, if what is wrong is that something is missing. */
  report(path: Path, message: string, remark: Remark = {}): void {
    this.add(diagnose(this.place(path, remark), path, message, remark.hint))
  }

  add(diagnostic: Diagnostic): void {
    const { file, line, column, message } = diagnostic
    const key = JSON.stringify([file, line, column, message])
    if (!this.found.has(key)) this.found.set(key, diagnostic)
  }

  /** What has this name holds a mistake: references to it are not to be trusted. */
  doubt(name: string): void {
    this.doubted.add(name)
  }

  isDoubted(name: string): boolean {
    return this.doubted.has(name)
  }

  /** Whether something at or below a path is reported already. */
  hasWithin(path: Path): boolean {
    const within = describePath(path)
    return this.diagnostics.some(
      (found) =>
        found.path === within || (/^[.[]/.test(found.path.slice(within.length)) && found.path.startsWith(within)),
    )
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.found.values()]
  }

  private place(path: Path, { isKey, part }: Remark): Place {
    const { node, key, isExact } = findNearest(this.root, path)
    if (part) return placeOfPart(node.place, part)
    if (key && (isKey || !isExact || node.kind === 'map' || node.kind === 'list')) return key
    return isExact && node.kind !== 'map' && node.kind !== 'list'
      ? node.place
      : { ...node.place, end: node.place.start }
  }
}

/** Where a part of a text stands; the whole text where YAML wrote it differently (escapes, folded lines). */
function placeOfPart(place: Place, { text, nth }: { text: string; nth: number }): Place {
  const source = place.document.text.slice(place.start, place.end)
  let from = source.indexOf(text)
  for (let i = 0; i < nth && from !== -1; i++) from = source.indexOf(text, from + text.length)
  if (from === -1) return place
  return { document: place.document, start: place.start + from, end: place.start + from + text.length }
}
