import { VenvoyError } from '../errors.js'
import { type Command, shell } from '../shell/command.js'
import { quote } from '../shell/quote.js'
import { commandOf } from './command-text.js'
import type { Path } from './diagnostic.js'
import { Findings } from './findings.js'
import { portOf } from './port-text.js'
import type { WaitInput } from './schema-step.js'
import { Scope } from './scope.js'
import { secondsOf } from './seconds.js'
import { noSecrets } from './secrets.js'

const usual = 60

/** The same for tasks in code, where nothing is to be filled in. Throws a VenvoyError for what is no port. */
export function waitCommandOf(wait: WaitInput): WaitWork {
  const findings = new Findings()
  const found = waitCommand(wait, ['wait'], new Scope(new Map(), findings, noSecrets))
  const [mistake] = findings.diagnostics
  if (mistake) throw new VenvoyError({ kind: 'config', where: mistake.path, what: mistake.message })
  return found
}

interface WaitWork {
  readonly title: string
  readonly command: Command
  /** Seconds, where a single try could last for ever. */
  readonly timeout?: number
}

/** A `wait` as a command for the host's shell, and what people read while it runs. */
export function waitCommand(wait: WaitInput, path: Path, scope: Scope): WaitWork {
  if (wait.seconds !== undefined)
    return { title: `wait ${wait.seconds} s`, command: shell(`sleep ${String(wait.seconds)}`) }
  const within = wait.within === undefined ? usual : secondsOf(wait.within)
  if (wait.command !== undefined) {
    const command = commandOf(wait.command, [...path, 'command'], scope)
    const title = `wait for ${wait.command.split('\n')[0]}`
    // A second more: that it was not within its time is better said by the command itself.
    return { title, command: repeated(partsOf(command), within), timeout: within + 1 }
  }
  if (wait.url !== undefined) {
    const url = scope.text(wait.url, [...path, 'url'])
    return { title: `wait for ${url}`, command: repeated([fetchText(quote(url))], within) }
  }
  const port = portOf(scope.text(wait.port ?? '', [...path, 'port']), [...path, 'port'], scope)
  return { title: `wait for ${port.title}`, command: repeated([connectText(port.host, port.port)], within) }
}

type Parts = Extract<Command, { kind: 'shell' }>['parts']

const partsOf = (command: Command): Parts => (command.kind === 'shell' ? command.parts : [])

/** A command that is tried until it succeeds, for so many seconds, in so long a rhythm. */
export const untilSuccess = (command: Command, within: number, every: number): Command =>
  repeated(partsOf(command), within, String(every))

/** The last words of the last try are shown where there is no time left. */
function repeated(attempt: Parts, within: number, pause = '0.3'): Command {
  return shell(
    `end=$(($(date +%s) + ${Math.ceil(within)}))\nuntil why=$({\n`,
    ...attempt,
    `\n} 2>&1); do
  [ "$(date +%s)" -lt $end ] || { printf '%s\\n' \${why:+"$why"} 'not within ${within} s' >&2; exit 1; }
  sleep ${pause} || sleep 1
done`,
  )
}

const fetchText = (
  url: string,
): string => `if command -v curl >/dev/null; then exec curl -fsS -o /dev/null --max-time 10 ${url}; fi
if command -v wget >/dev/null; then
  wget -q -O /dev/null -T 10 ${url} || { echo "wget: no good answer (exit code $?)"; exit 1; }
  exit
fi
exec python3 -c 'import sys, urllib.request; ${oneLine}; urllib.request.urlopen(sys.argv[1], timeout=10)' ${url}`

/** Of what Python has to say, the last line alone. */
const oneLine = 'sys.excepthook = lambda _, error, at: print(error, file=sys.stderr)'

/** Which programs a host has that can connect differs: bash and Python do everywhere, nc only mostly. */
function connectText(host: string, port: number): string {
  const at = `${quote(host)} ${port}`
  return `if command -v python3 >/dev/null; then
  exec python3 -c 'import socket, sys; ${oneLine}; socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)' ${at}
fi
if command -v bash >/dev/null; then exec bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${at}; fi
exec nc -z -w 5 ${at}`
}
