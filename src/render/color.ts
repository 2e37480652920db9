type Env = Readonly<Record<string, string | undefined>>
type Style = (text: string) => string

/** Whether colour is wanted: NO_COLOR says no, FORCE_COLOR says yes (`0` and `false`: no), the terminal decides otherwise. */
export function wantsColor(env: Env, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return isTerminal && env.TERM !== 'dumb'
}

/** The few styles that the output has. Without colour they change nothing. */
export interface Paint {
  readonly bold: Style
  readonly dim: Style
  readonly red: Style
  readonly green: Style
  readonly yellow: Style
  readonly cyan: Style
  /** A colour of its own for each host, given out in the order in which they appear. */
  host(host: string, text: string): string
}

/** Cyan, magenta, yellow, blue, green, then their bright forms; red is for failures. */
const hostColours = [36, 35, 33, 34, 32, 96, 95, 93, 94, 92]

export function createPaint(color: boolean): Paint {
  const style = (on: number, off: number): Style => {
    return color ? (text) => (text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`) : (text) => text
  }
  const given = new Map<string, Style>()
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
    host(host, text) {
      const paint = given.get(host) ?? style(hostColours[given.size % hostColours.length]!, 39)
      given.set(host, paint)
      return paint(text)
    },
  }
}
