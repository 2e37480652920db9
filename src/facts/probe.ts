import type { Fact } from '../config/facts.js'
import { probePart } from '../remote/probe.js'
import { path, renderWord, type Word } from '../shell/command.js'
import { singleQuote } from '../shell/quote.js'

/** What the probe is to find out about one host. Paths may start with `~/`. */
export interface ProbeQuestion {
  /** Names of programs to look for on PATH. */
  readonly programs: readonly string[]
  /** `if-needed`: only where no venv suits an instance, and only for the Pythons that are then wanted. */
  readonly interpreters: 'if-needed' | 'all' | 'none'
  readonly instances: readonly InstanceQuestion[]
  /** WORKON_HOMEs whose venvs are to be listed. */
  readonly venvHomes: readonly string[]
  /** Paths for which the free space is wanted. */
  readonly free: readonly string[]
  /** The users for whom sudo is to be tried without a password. Default: none. */
  readonly sudo?: readonly string[]
  /** What conditions and tasks want to know. Default: nothing. */
  readonly facts?: readonly Fact[]
  /** Whether to see what a login bash reads and has. Default: no. */
  readonly login?: boolean
}

export interface InstanceQuestion {
  readonly name: string
  /** The instance's folder. */
  readonly to: string
  /** WORKON_HOME. */
  readonly home: string
  readonly venvName: string
  readonly python: string
  /** Whether uv makes the venv, or installs into it. Default: no. */
  readonly uv?: boolean
  /** Digest of what the venv is to be built from (`venvInputs`). */
  readonly inputs: string
  /** Whether to tell of all releases that could serve. Default: no. */
  readonly kept?: boolean
  /** How many lines of its journals to tell. Default: none. */
  readonly switches?: number
  /** Whether to tell who has its deploy lock. Default: no. */
  readonly locks?: boolean
  /** Whether it has ports: those that are taken on the host are told. Default: no. */
  readonly ports?: boolean
  /** Whether it has lines in the crontab: those of instances are told. Default: no. */
  readonly cron?: boolean
  /** Whether to tell which of its wrappers are there. Default: no. */
  readonly wrappers?: boolean
  /** Whether to tell what the values in its receipts are digested with. Default: no. */
  readonly salt?: boolean
  /** The digest of a tree: where the release that serves is another one, its files are told. Default: they are not. */
  readonly tree?: string
  /** Whether to tell of its services, and of what the host has to keep them. Default: no. */
  readonly services?: boolean
}

/** The question that asks nothing but where we are: a start for others. */
export const noQuestion: ProbeQuestion = {
  programs: [],
  interpreters: 'none',
  instances: [],
  venvHomes: [],
  free: [],
}

/** The first and the last line of an answer. */
export const answerStart = 'venvoy-facts\x1f1'
export const answerEnd = 'end'

/**
 * The read-only script that answers a question: POSIX sh, to be run in a subshell. It shows in `ps`, so nothing secret is in
 * it. Of 100 instances it has 40 KiB: that of many does not fit a command line, which may have 128 (see `probe` in src/run).
 */
export function probeScript(question: ProbeQuestion): string {
  const { programs, instances, venvHomes, free, facts = [] } = question
  const withServices = instances.filter(({ services }) => services)
  return [
    probePart('fact'),
    'fact venvoy-facts 1',
    probePart('system'),
    'system',
    ...section('program', [...programs, ...(withServices.length > 0 ? ['supervisorctl'] : [])], (name) =>
      call('program', name),
    ),
    ...section('free', free, (folder) => call('free', path(folder))),
    ...section('sudo', sudoUsers(question), (user) => call('sudo_to', user)),
    ...(facts.some((fact) => machineFacts.includes(fact)) ? [probePart('machine')] : []),
    ...(question.login ? [probePart('login'), 'login'] : []),
    ...(instances.length + venvHomes.length > 0 ? [probePart('entry')] : []),
    ...section('venvs', venvHomes, (home) => call('venvs', path(home))),
    ...section('instance', instances, callInstance),
    ...(instances.length > 0 ? ['instances'] : []),
    ...(instances.some(({ ports }) => ports) ? [probePart('ports'), 'ports'] : []),
    ...(instances.some(({ cron }) => cron) ? [probePart('crontab'), 'scheduled'] : []),
    ...section('journal', instances.filter(hasJournal), callJournal),
    ...section(
      'locks',
      instances.filter(({ locks }) => locks),
      ({ name, to }) => call('locks', name, path(to)),
    ),
    ...section(
      'salt',
      instances.filter(({ salt }) => salt),
      ({ name, to }) => call('salt', name, path(to)),
    ),
    ...section(
      'wrappers',
      instances.filter(({ wrappers }) => wrappers),
      ({ name, to }) => call('wrappers', name, path(to)),
    ),
    ...section(
      'made',
      instances.filter(({ tree }) => tree),
      ({ name, to, tree = '' }) => call('made', name, path(to), tree),
    ),
    ...section('services', withServices, ({ name, to }) => call('services', name, path(to))),
    ...(withServices.length > 0 ? ['managers'] : []),
    ...(instances.length + venvHomes.length > 0 ? ['link_targets'] : []),
    ...interpreters(question),
    `fact ${answerEnd}`,
    ':',
  ].join('\n')
}

/** The facts that are not told with every answer. */
const machineFacts: readonly Fact[] = ['os', 'osVersion', 'cpus', 'memoryMb']

/** The fact `sudo` is about root. */
const sudoUsers = ({ sudo = [], facts = [] }: ProbeQuestion): string[] => [
  ...new Set([...sudo, ...(facts.includes('sudo') ? ['root'] : [])]),
]

/** A part and its calls; without calls the part is not needed either. */
function section<T>(
  part:
    | 'program'
    | 'free'
    | 'sudo'
    | 'venvs'
    | 'instance'
    | 'journal'
    | 'locks'
    | 'salt'
    | 'made'
    | 'wrappers'
    | 'services',
  items: readonly T[],
  line: (item: T) => string,
) {
  return items.length === 0 ? [] : [probePart(part), ...items.map(line)]
}

function callInstance({ name, to, home, venvName, python, inputs, kept }: InstanceQuestion): string {
  return call('instance', name, path(to), path(home), venvName, path(python), inputs, ...(kept ? ['kept'] : []))
}

const hasJournal = ({ switches = 0 }: InstanceQuestion): boolean => switches > 0

const callJournal = ({ name, to, home, venvName, switches }: InstanceQuestion): string =>
  call('journal', name, path(to), path(home), venvName, String(switches))

function interpreters({ interpreters: mode, instances, facts = [] }: ProbeQuestion): string[] {
  const pythons = facts.includes('pythons') ? ['pythons'] : []
  if (mode === 'none' || (mode === 'if-needed' && instances.length === 0))
    return pythons.length === 0 ? [] : [probePart('interpreters'), ...pythons]
  const needed = `IFS=$newline
set -f
set -- $specs
set +f
unset IFS
[ $# -eq 0 ] || interpreters "$@"`
  return [
    `interpreter=${singleQuote(probePart('interpreter'))}`,
    probePart('interpreters'),
    mode === 'all' ? 'all_interpreters' : needed,
    ...pythons,
    ...(instances.some(({ uv }) => uv) ? [probePart('uv'), mode === 'all' ? 'uvs' : '[ -z "$specs" ] || uvs'] : []),
  ]
}

const call = (name: string, ...words: readonly Word[]): string =>
  [name, ...words.map((word) => renderWord(word, 'shell'))].join(' ')
