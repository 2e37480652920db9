/** `{{ ports.web }}` in a text. */
export interface Placeholder {
  /** As written, braces included. */
  readonly raw: string
  /** `ports.web`; absent if it is more than names and dots. */
  readonly name?: string
  readonly start: number
  readonly end: number
}

// {{ port }}   {{vars.domain}}   {{ a | b }} (no name)
const pattern = /\{\{([^\n]*?)\}\}/y

/** The placeholder that begins at a place of a text. */
export function placeholderAt(text: string, start: number): Placeholder | undefined {
  pattern.lastIndex = start
  const match = pattern.exec(text)
  if (!match) return undefined
  const [raw, inside] = match
  const name = inside!.trim()
  // port   vars.domain
  const isName = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(name)
  return { raw, ...(isName ? { name } : {}), start, end: start + raw.length }
}

/** A text's placeholders, in order. */
export function findPlaceholders(text: string): Placeholder[] {
  const found: Placeholder[] = []
  for (let i = text.indexOf('{{'); i !== -1; i = text.indexOf('{{', i)) {
    const placeholder = placeholderAt(text, i)
    if (placeholder) found.push(placeholder)
    i = placeholder?.end ?? i + 2
  }
  return found
}
