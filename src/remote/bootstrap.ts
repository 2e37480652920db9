import runner from './runner.sh'
import lock from './runner-lock.sh'
import order from './runner-order.sh'
import sudo from './runner-sudo.sh'

const newline = '\x01'
/** Begins every frame: the ASCII record separator. */
export const recordSeparator = '\x1e'

// Comments and indentation do not travel. The probe's place is kept: it cuts the text in two.
const [beforeProbe = '', afterProbe = ''] = runner
  .replace('#SUDO\n', () => sudo + lock + order)
  .replace(/^[ \t]*(#(?!PROBE).*\n)?/gm, '')
  .split('#PROBE\n')
  .map(oneLine)

/** A probe is run by the runner itself, before it reads a program; its frames carry the public marker. */
const around = (probe: string): string => `frame s probe
( exec 2>&4 4>&- 3<&-
${probe}
)
frame e probe $? 0
`

/**
 * The one command line that starts the runner: a single line without newlines, so that csh, fish and the POSIX shells all
 * take it as a login shell's command. Below 128 KiB, or the host's kernel refuses it. It shows in `ps`: nothing secret.
 */
export function bootstrap(marker: string, options: { probe?: string; sh?: string } = {}): string {
  const { probe, sh = 'sh' } = options
  const line = `${beforeProbe}${probe === undefined ? '' : oneLine(around(probe))}${afterProbe}`
  const start = 'IFS=$3;set -f;eval "$(printf "%s\\n" $2)"'
  return `exec ${sh} -c ${word(start)} sh ${marker} '${line}' ${word(newline)} ${word(recordSeparator)} ${sh}`
}

/** Text for the inside of a word in single quotes, without newlines. */
function oneLine(text: string): string {
  return escaped(text.replaceAll('\n', newline))
}

/** For the inside of single quotes: `!` and backslashes are special there to csh or fish. */
function escaped(text: string): string {
  return text.replace(/['\\!]/g, (character) => `'\\${character}'`)
}

/** One word for sh, csh and fish alike. */
export const word = (text: string): string => `'${escaped(text)}'`
