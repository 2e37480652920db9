/** Printable ASCII only, the common case: `web1`. */
const plain = /^[\x20-\x7e]*$/

/** A colour sequence, which takes no room: `ESC[31m`. */
const sequence = new RegExp(`${String.fromCharCode(27)}\\[[\\d;:]*m`, 'y')
const sequences = new RegExp(sequence.source, 'g')

/** What takes no cell of its own: accents that combine (U+0301), joiners (U+200D), marks of direction. */
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]$/u

/** Emoji that are drawn as pictures without being asked to: U+1F680. */
const emoji = /^\p{Emoji_Presentation}$/u

/** Asks for a picture where the character before it is a text symbol: U+2764 U+FE0F. */
const pictureSelector = 0xfe0f

/** The blocks whose characters take two cells: Hangul, CJK, kana, full-width forms. */
const wideBlocks: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
]

/**
 * The cells that a text takes on a terminal; colours take none. Where terminals differ (joined emoji) it is the most that any of
 * them takes, so that nothing is ever longer than said.
 */
export function displayWidth(text: string): number {
  if (plain.test(text)) return text.length
  // Ten times a second for each row: colours are taken out first, and the rest needs no pieces.
  let width = 0
  let before = 0
  for (const character of text.replace(sequences, '')) {
    const cells = cellsOf(character, before)
    width += cells
    before = cells
  }
  return width
}

/** The text cut to so many cells, with `…` for what is left out. Colours that were begun are ended. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  if (width <= 0) return ''
  if (plain.test(text)) return `${text.slice(0, width - 1)}…`
  let kept = ''
  let used = 0
  let coloured = false
  for (const { piece, cells, isColour } of pieces(text)) {
    if (used + cells > width - 1) break
    kept += piece
    used += cells
    coloured ||= isColour
  }
  return `${kept}…${coloured ? `${String.fromCharCode(27)}[0m` : ''}`
}

/** The text with blanks behind it up to so many cells. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

interface Piece {
  readonly piece: string
  readonly cells: number
  readonly isColour: boolean
}

function* pieces(text: string): Generator<Piece> {
  let before = 0
  for (let at = 0; at < text.length; ) {
    sequence.lastIndex = at
    const colour = sequence.exec(text)?.[0]
    const piece = colour ?? String.fromCodePoint(text.codePointAt(at)!)
    const cells = colour === undefined ? cellsOf(piece, before) : 0
    yield { piece, cells, isColour: colour !== undefined }
    if (colour === undefined) before = cells
    at += piece.length
  }
}

function cellsOf(character: string, before: number): number {
  const code = character.codePointAt(0)!
  if (code < 0x7f) return code < 0x20 ? 0 : 1
  if (code === pictureSelector) return before === 1 ? 1 : 0
  if (zeroWidth.test(character)) return 0
  return emoji.test(character) || wideBlocks.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}
