import { word } from './bootstrap.js'
import terminal from './terminal.sh'

/** Printed when the terminal is ready for the script. */
export const terminalReady = '\x1evenvoy\x1e'

const line = terminal
  .replace(/^#.*\n/gm, '')
  .trimEnd()
  .replaceAll('\n', '; ')

/**
 * The command line that reads a script of so many bytes from its terminal and runs it there. The script travels on stdin, like
 * everything that may hold a secret.
 */
export const terminalLine = (bytes: number): string => `exec sh -c ${word(line)} sh ${bytes}`

/** The same where the script comes on file descriptor 3: on this machine. */
export const localTerminalLine = 'eval "exec 3<&-; $(cat <&3)"'
