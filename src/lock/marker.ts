/** When a requirement counts, as PEP 508 says it, in parts. */
export type Marker =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Marker[] }
  | { readonly kind: 'compare'; readonly left: Operand; readonly operator: string; readonly right: Operand }

/** A variable by its name of today (`sys_platform`), or a quoted text. */
export interface Operand {
  readonly kind: 'variable' | 'text'
  readonly text: string
}

/** A marker, or what is known of it already. */
export type Folded = Marker | boolean

/** As PEP 508 writes it, with no more brackets than needed: `python_version < "3.11" and sys_platform == "linux"`. */
export function renderMarker(marker: Marker): string {
  if (marker.kind === 'compare') return [marker.left, marker.operator, marker.right].map(renderPart).join(' ')
  const parts = marker.parts.map((part) =>
    marker.kind === 'and' && part.kind === 'or' ? `(${renderMarker(part)})` : renderMarker(part),
  )
  return parts.join(` ${marker.kind} `)
}

function renderPart(part: Operand | string): string {
  if (typeof part === 'string') return part
  if (part.kind === 'variable') return part.text
  return part.text.includes('"') ? `'${part.text}'` : `"${part.text}"`
}

/** What holds if all of these do. */
export const allOf = (parts: readonly Folded[]): Folded => joined('and', parts)

/** What holds if one of these does. */
export const anyOf = (parts: readonly Folded[]): Folded => joined('or', parts)

function joined(kind: 'and' | 'or', parts: readonly Folded[]): Folded {
  const decides = kind === 'or'
  if (parts.includes(decides)) return decides
  const flat = parts
    .filter((part): part is Marker => typeof part !== 'boolean')
    .flatMap((part) => (part.kind === kind ? part.parts : [part]))
  const texts = flat.map(renderMarker)
  const distinct = flat.filter((_, i) => texts.indexOf(texts[i]!) === i)
  return distinct.length === 0 ? !decides : distinct.length === 1 ? distinct[0]! : { kind, parts: distinct }
}

/** A marker with some comparisons decided; `decide` says undefined of those that stay. */
export function fold(
  marker: Folded,
  decide: (compare: Extract<Marker, { kind: 'compare' }>) => boolean | undefined,
): Folded {
  if (typeof marker === 'boolean') return marker
  if (marker.kind === 'compare') return decide(marker) ?? marker
  return joined(
    marker.kind,
    marker.parts.map((part) => fold(part, decide)),
  )
}

/** The text of what is left of a marker: nothing where it always holds, `false` where it never does. */
export const markerText = (marker: Folded): string | undefined | false =>
  typeof marker === 'boolean' ? (marker ? undefined : false) : renderMarker(marker)
