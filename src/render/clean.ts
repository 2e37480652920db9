const esc = String.fromCharCode(27)
const bell = String.fromCharCode(7)

/** Colour and weight: `ESC[1;31m`, `ESC[0m`, `ESC[38:5:208m`. */
const colour = `${esc}\\[[\\d;:]*m`

/**
 * Any other escape sequence, whole or broken off: `ESC[2K` and `ESC[?25l` (cursor, erasing), `ESC]0;title BEL` and
 * `ESC]8;;url ESC\` (title, link), `ESC(B` (character set), `ESC7`, a lone ESC.
 */
const otherSequence = [
  `${esc}\\[[0-?]*[ -/]*[@-~]?`,
  `${esc}[\\]PX^_][^${bell}${esc}]*(?:${bell}|${esc}\\\\)?`,
  `${esc}[ -/]*[0-~]?`,
].join('|')

/** Every sequence and every other control character but the tab: `ESC[31m`, BEL, NUL, backspace, DEL, U+009B. */
const unprintable = new RegExp(`(${colour})|${otherSequence}|(?!\\t)\\p{Cc}`, 'gu')

/** A control character anywhere: BEL, ESC, tab. Most text has none. */
const anyControl = /\p{Cc}/u

/** A colour sequence that ends all colour: `ESC[m`, `ESC[0m`, `ESC[1;0m`. */
const colourOff = new RegExp(`^${esc}\\[(?:[\\d;:]*[;:])?0*m$`)

/**
 * One line of text from a host, made safe for a terminal: it can neither move the cursor nor change a title. With `color` its
 * colours stay, ended at the end of the line.
 */
export function clean(text: string, color: boolean): string {
  if (!anyControl.test(text)) return text
  let last = ''
  const kept = text.replace(unprintable, (_, sequence: string | undefined) => {
    if (sequence === undefined || !color) return ''
    last = sequence
    return sequence
  })
  return last === '' || colourOff.test(last) ? kept : `${kept}${esc}[0m`
}

/** The first line of a title, without colour, with `…` for the others: a step is often named by its command. */
export function cleanTitle(title: string): string {
  const [first = '', ...others] = title.trim().split('\n')
  return clean(first.trimEnd(), false) + (others.length > 0 ? ' …' : '')
}

/** Text of several lines, each made safe, without any colour. */
export function cleanLines(text: string): string[] {
  return text.split('\n').map((line) => clean(line, false))
}
