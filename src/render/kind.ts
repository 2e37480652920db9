type Env = Readonly<Record<string, string | undefined>>

/** The views there are. */
export type RenderKind = 'live' | 'lines' | 'json' | 'raw'

interface OutputFlags {
  readonly json: boolean
  readonly plain: boolean
  readonly stream: boolean
  readonly quiet: boolean
}

interface TerminalFacts {
  readonly stdoutIsTerminal: boolean
  readonly stderrIsTerminal: boolean
  readonly env: Env
}

/** Commands whose output is what is asked for, byte by byte: `venvoy exec -H web1 -- tar c . > x`. */
const passesBytes = new Set(['exec', 'run', 'logs', 'venv freeze'])

/**
 * Which view a run gets. `targets` is the size of the selection, `command` its name. The live view needs a terminal on both
 * stdout and stderr; `--stream` changes how it shows output, not which view it is.
 */
export function chooseKind(flags: OutputFlags, terminal: TerminalFacts, targets: number, command: string): RenderKind {
  if (flags.json) return 'json'
  if (flags.plain) return 'lines'
  if (!terminal.stdoutIsTerminal && targets === 1 && passesBytes.has(command)) return 'raw'
  const drawable = terminal.stdoutIsTerminal && terminal.stderrIsTerminal && terminal.env.TERM !== 'dumb'
  return drawable && !flags.quiet ? 'live' : 'lines'
}
