import type { InstanceSpec, VenvSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts, Interpreter } from '../facts/facts.js'
import { namedFacts } from '../facts/named-facts.js'
import { noQuestion, type ProbeQuestion } from '../facts/probe.js'
import { questionAbout } from '../facts/question.js'
import { assertCron } from '../operations/cron.js'
import { assertSwitchable } from '../operations/current.js'
import { factsOfHooks, settleHooks } from '../operations/hooks.js'
import { chooseInterpreter } from '../operations/interpreter.js'
import { assertOurs } from '../operations/link.js'
import { assertPortsFree, settlePorts } from '../operations/ports.js'
import { keeperOf } from '../operations/service-keeper.js'
import { stateOf } from '../operations/state.js'
import { assertUvKnows, chooseUv, installerOf } from '../operations/uv.js'
import type { Secret } from '../shell/command.js'

/** One thing that `venvoy check` looked at on a host. */
export interface Finding {
  /** A problem would stop a deploy; a warning may. */
  readonly level: 'ok' | 'warning' | 'problem'
  /** What was found, a sentence without a full stop. */
  readonly text: string
  /** Evidence, one line each. */
  readonly lines?: readonly string[]
  /** What to do about it. */
  readonly next?: string
}

/** Other users, for commands that want to be somebody else. */
interface Becoming {
  /** Whom tasks become. */
  readonly users?: readonly string[]
  /** What sudo is to be told. */
  readonly password?: Secret | undefined
}

/** Bytes below which a deploy is likely to fail, and below which it may. */
const space = { problem: 200e6, warning: 1e9 }

/** What `venvoy check` asks a host about the instances that it is to have. `users`: whom tasks become there. */
export const checkQuestion = (specs: readonly InstanceSpec[], users: readonly string[] = []): ProbeQuestion => ({
  ...noQuestion,
  programs: ['virtualenv', 'sudo'],
  interpreters: 'all',
  instances: specs.map((spec) => questionAbout(spec, '')),
  free: distinct(specs.flatMap((spec) => [spec.to, spec.venv.home])),
  sudo: distinct([...specs.flatMap(usersOf), ...users]),
  facts: distinct(specs.flatMap(factsOfHooks)),
})

/** All that would stop or trouble a deploy of these instances to a host, and what is fine. */
export function diagnoseHost(facts: HostFacts, written: readonly InstanceSpec[], becoming: Becoming = {}): Finding[] {
  const specs = written.map((spec) => settleHooks(settlePorts(spec, facts), namedFacts(facts)).spec)
  const { os, arch, user, shell } = facts.system
  return [
    { level: 'ok', text: `logged in as ${user}: ${os} ${arch}, ${shell === '' ? 'no login shell named' : shell}` },
    ...interpreters(facts, specs),
    ...uvs(facts, specs),
    ...specs.flatMap((spec) => places(spec, facts)),
    ...services(
      facts,
      specs.filter((spec) => spec.services?.length),
    ),
    ...disks(facts),
    ...sudo(facts, distinct([...specs.flatMap(usersOf), ...(becoming.users ?? [])]), becoming.password),
  ]
}

/** One finding for each Python that the instances want, however many want it. */
function interpreters(facts: HostFacts, specs: readonly InstanceSpec[]): Finding[] {
  const different = specs.filter(
    ({ venv }, i) => specs.findIndex((other) => toolsOf(other.venv) === toolsOf(venv)) === i,
  )
  return different.flatMap((spec) =>
    attempt(() => {
      const interpreter = chooseInterpreter(spec.venv.python, facts.interpreters)
      assertUvKnows(spec, interpreter)
      return [maker(spec.venv, interpreter, facts)]
    }),
  )
}

const toolsOf = ({ python, with: maker, installer }: VenvSpec): string => JSON.stringify([python, maker, installer])

/** One finding for each uv that the instances want. */
function uvs(facts: HostFacts, specs: readonly InstanceSpec[]): Finding[] {
  const wanted = specs.flatMap(({ venv }) => chooseUv(venv, facts) ?? [])
  const different = wanted.filter(({ version }, i) => wanted.findIndex((other) => other.version === version) === i)
  return different.map(({ version, path }) =>
    path === undefined
      ? {
          level: 'warning',
          text: `no uv ${version}: a deploy fetches it from the package index`,
          next: 'pip install --user uv, on the host',
        }
      : { level: 'ok', text: `uv ${version} (${path})` },
  )
}

/** Whether an interpreter has what makes venvs. */
function maker(venv: VenvSpec, interpreter: Interpreter, facts: HostFacts): Finding {
  const { python, with: tool } = venv
  const { version, path, hasVenv, hasEnsurepip } = interpreter
  const text = `Python ${python}: ${version} (${path})`
  const minor = version.split('.').slice(0, 2).join('.')
  const next = `sudo apt-get install python${minor}-venv`
  if (tool === 'virtualenv') {
    if (facts.programs.virtualenv !== undefined) return { level: 'ok', text: `${text}, ${facts.programs.virtualenv}` }
    return { level: 'warning', text: `${text}, but no virtualenv on PATH`, next: 'sudo apt-get install virtualenv' }
  }
  if (!hasVenv && tool === 'venv') return { level: 'problem', text: `${text} lacks the module venv`, next }
  if (!hasEnsurepip && installerOf(venv).name === 'pip')
    return { level: 'warning', text: `${text} lacks ensurepip; pip must come from elsewhere`, next }
  return { level: 'ok', text }
}

/** Whether an instance's folders can be written, and are not somebody else's. */
function places(spec: InstanceSpec, facts: HostFacts): Finding[] {
  const state = stateOf(spec, facts)
  const folders = { to: spec.to, home: spec.venv.home }
  const unwritable = (state.unwritable ?? []).map((which): Finding => {
    const next = `sudo install -d -o ${facts.system.user} ${folders[which]}`
    return { level: 'problem', text: `${spec.name}: ${folders[which]} can be neither made nor written to`, next }
  })
  const asserts = [
    () => assertSwitchable(spec, state),
    () => assertOurs(spec, state),
    () => assertPortsFree(spec, facts),
    () => assertCron(spec, facts),
  ]
  const foreign = asserts.flatMap((assert) =>
    attempt(() => {
      assert()
      return []
    }),
  )
  const findings = [...unwritable, ...foreign]
  return findings.length > 0 ? findings : [{ level: 'ok', text: `${spec.name}: ${spec.to} can be deployed to` }]
}

/** What would keep services, and that the user's systemd may not outlive the last login. */
function services(facts: HostFacts, specs: readonly InstanceSpec[]): Finding[] {
  const { managers = [], system } = facts
  const isShort = managers.includes('systemd-user') && !managers.includes('linger')
  const next = `sudo loginctl enable-linger ${system.user}`
  return specs.flatMap((spec) =>
    attempt(() => {
      const text = `${spec.name}: services are kept by ${keeperOf(spec, facts)}`
      const wants = spec.serviceKeeper?.use === 'systemd-user' ? 'it ends' : 'systemd would end'
      const isTold = isShort && ['auto', 'systemd-user'].includes(spec.serviceKeeper?.use ?? 'auto')
      return isTold
        ? [{ level: 'warning', text: `${text}; ${wants} with the last login of ${system.user}`, next }]
        : [{ level: 'ok', text }]
    }),
  )
}

function disks({ free }: HostFacts): Finding[] {
  return Object.entries(free).map(([path, bytes]) => {
    const text = `${(bytes / 1e9).toFixed(1)} GB free for ${path}`
    if (bytes >= space.warning) return { level: 'ok', text }
    return { level: bytes < space.problem ? 'problem' : 'warning', text, next: `df -h ${path}` }
  })
}

/** Only where a command wants another user. A password is asked for when it is needed: that stops nobody at a terminal. */
function sudo(
  { sudo: answers = {}, programs, system }: HostFacts,
  users: readonly string[],
  password: Secret | undefined,
): Finding[] {
  if (users.length === 0) return []
  if (programs.sudo === undefined) {
    const text = `commands want to be ${users.join(', ')}, and there is no sudo on PATH`
    return [{ level: 'problem', text, next: 'apt-get install sudo, as root' }]
  }
  const free = users.filter((user) => answers[user])
  const asking = users.filter((user) => !answers[user])
  const works: Finding[] =
    free.length === 0 ? [] : [{ level: 'ok', text: `sudo to ${free.join(', ')} works without a password` }]
  return asking.length === 0 ? works : [...works, whoAsks(asking.join(', '), system.user, password)]
}

function whoAsks(users: string, login: string, password: Secret | undefined): Finding {
  const text = `sudo to ${users} asks ${login} for a password`
  if (password === undefined)
    return { level: 'warning', text, next: '`sudo_password: !secret NAME` in deploy.yml, or a terminal to be asked at' }
  if (password.value !== '') return { level: 'ok', text: `${text}, which ${password.name} is to hold` }
  return { level: 'warning', text: `${text}, and ${password.name} is not set`, next: `${password.name}=… venvoy …` }
}

const usersOf = ({ beforeSwitch, afterSwitch }: InstanceSpec): string[] =>
  [...beforeSwitch, ...afterSwitch].flatMap(({ context: { user } }) => (user === undefined ? [] : [user]))

/** A failure that planning would throw, as a finding. */
function attempt(find: () => Finding[]): Finding[] {
  try {
    return find()
  } catch (error) {
    if (!(error instanceof VenvoyError)) throw error
    const { what, why, next } = error.failure
    return [{ level: 'problem', text: what, ...(why && { lines: why }), ...(next !== undefined && { next }) }]
  }
}

const distinct = <T extends string>(texts: readonly T[]): T[] => [...new Set(texts)]
