import { allOf, anyOf, type Folded, type Marker, renderMarker } from './marker.js'

/** A way from one package to another, and when it is taken. */
export interface Edge {
  readonly to: string
  readonly marker: Folded
}

/** What all must hold on one way to a package: texts of markers, sorted. */
type Way = readonly string[]

/**
 * All that can be reached from the roots, with when it is wanted: on one way or another, all markers along the way hold.
 * Of two ways, one that asks for less stands for both.
 */
export function reach(roots: readonly Edge[], edgesOf: (from: string) => readonly Edge[]): ReadonlyMap<string, Folded> {
  const walk = new Walk()
  for (const edge of roots) walk.take([], edge)
  for (let next = walk.due.shift(); next !== undefined; next = walk.due.shift())
    for (const edge of edgesOf(next.at)) walk.take(next.way, edge)
  return walk.found()
}

class Walk {
  readonly due: { readonly at: string; readonly way: Way }[] = []
  readonly #ways = new Map<string, readonly Way[]>()
  readonly #markers = new Map<string, Marker>()

  take(way: Way, { to, marker }: Edge): void {
    if (marker === false) return
    const longer = marker === true ? way : [...new Set([...way, ...this.#texts(marker)])].sort()
    const known = this.#ways.get(to) ?? []
    if (known.some((other) => isPart(other, longer))) return
    this.#ways.set(to, [...known.filter((other) => !isPart(longer, other)), longer])
    this.due.push({ at: to, way: longer })
  }

  found(): ReadonlyMap<string, Folded> {
    const markerOf = (way: Way) => allOf(way.map((text) => this.#markers.get(text)!))
    return new Map([...this.#ways].map(([name, ways]) => [name, anyOf([...ways].sort(byText).map(markerOf))]))
  }

  #texts(marker: Marker): string[] {
    const parts = marker.kind === 'and' ? marker.parts : [marker]
    return parts.map((part) => {
      const text = renderMarker(part)
      this.#markers.set(text, part)
      return text
    })
  }
}

const isPart = (part: Way, whole: Way): boolean => part.every((text) => whole.includes(text))

const byText = (a: Way, b: Way): number => (a.join() < b.join() ? -1 : 1)
