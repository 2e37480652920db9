import type { HostSpec } from '../config/spec.js'
import type { HostFacts } from '../facts/facts.js'
import { namedFacts } from '../facts/named-facts.js'
import { noQuestion, type ProbeQuestion } from '../facts/probe.js'
import { openSession, type Session } from '../transport/session.js'
import type { Connection } from '../transport/transport.js'
import { compile, type Section } from './compile.js'
import { connect, connectHere, failureOfError, thisMachine } from './hosts.js'
import type { PasswordFor } from './password-for.js'
import { probe, probeOn } from './probe.js'
import { firstProgram, runProgram } from './program.js'
import type { Run } from './run.js'
import type { SectionEnd } from './section-end.js'
import { SudoOnHost, usesSudo } from './sudo-on-host.js'
import { TargetRun, type Turn } from './target-run.js'
import type { TargetSteps } from './target-steps.js'
import { factsOf } from './together.js'
import { pause } from './tries.js'

type TargetEnd = TargetRun['end'] & { readonly target: TargetSteps }
type StepsOf = readonly (readonly [TargetRun, Extract<Turn, { kind: 'steps' }>])[]

/** The targets of one host on their way, turn by turn; each turn is one program there, and one here for local steps. */
export class HostRun {
  readonly #run: Run
  readonly #targets: readonly TargetRun[]
  readonly #places: { readonly host: Place; readonly local: Place }

  constructor(run: Run, host: HostSpec, targets: readonly TargetSteps[], lost: 'finish' | 'kill') {
    this.#run = run
    this.#targets = targets.map((target) => new TargetRun(run, target))
    this.#places = {
      host: new Place(run, lost, host, () => connect(run, host)),
      local: new Place(run, lost, thisMachine, () => connectHere(run)),
    }
  }

  /** Never rejects: what goes wrong is how its targets end. */
  async run(): Promise<readonly TargetEnd[]> {
    try {
      while (await this.#turn());
    } finally {
      for (const place of Object.values(this.#places)) place.close()
    }
    return this.#targets.map(({ end, target }) => ({ ...end, target }))
  }

  async #turn(): Promise<boolean> {
    if (this.#turns().some(([, { kind }]) => kind === 'facts')) await this.#askFacts()
    const turns = this.#turns()
    for (const [target, turn] of turns) if (turn.kind === 'confirm') await this.#confirm(target, turn.step.question)
    const steps = turns.flatMap(([target, turn]) => (turn.kind === 'steps' ? [[target, turn] as const] : []))
    const isLast = turns.length === steps.length && steps.every(([, { isFinal }]) => isFinal)
    await Promise.all([
      this.#program(
        'host',
        steps.filter(([, { isLocal }]) => !isLocal),
        isLast,
      ),
      this.#program(
        'local',
        steps.filter(([, { isLocal }]) => isLocal),
        isLast,
      ),
    ])
    await this.#pause()
    return turns.length > 0
  }

  #turns(): readonly (readonly [TargetRun, Turn])[] {
    return this.#targets.flatMap((target) => {
      const turn = target.next()
      return turn === undefined ? [] : [[target, turn] as const]
    })
  }

  /** Once for all targets of the host. */
  async #askFacts(): Promise<void> {
    const wanted = this.#targets.flatMap(({ target }) => target.steps.flatMap(factsOf))
    try {
      const instances = this.#targets.flatMap(({ target }) => target.settle?.question ?? [])
      const facts = await this.#places.host.facts({ ...noQuestion, instances, facts: [...new Set(wanted)] })
      await Promise.all(this.#targets.map((target) => settle(target, facts)))
    } catch (error) {
      const onHost = this.#turns().filter(
        ([, turn]) => turn.kind === 'facts' || (turn.kind === 'steps' && !turn.isLocal),
      )
      for (const [target] of onHost) target.unreached(failureOfError(error, target.target.host.name))
    }
  }

  async #confirm(target: TargetRun, question: string): Promise<void> {
    try {
      target.answered((await this.#run.confirm?.(question)) ?? false)
    } catch {
      target.answered(false)
    }
  }

  async #program(where: 'host' | 'local', steps: StepsOf, isLast: boolean): Promise<void> {
    if (steps.length === 0) return
    try {
      const sections = steps.map(([, { section }]) => section)
      const ends = await this.#places[where].program(sections, isLast)
      for (const [i, [target]] of steps.entries()) target.took(ends[i]!)
    } catch (error) {
      const failure = failureOfError(error, steps[0]![0].target.host.name)
      for (const [target] of steps) target.unreached(failure)
    }
  }

  async #pause(): Promise<void> {
    await pause(Math.max(...this.#targets.map((target) => target.pause)), this.#run.signal)
    for (const target of this.#targets) target.pause = 0
  }
}

async function settle(target: TargetRun, facts: HostFacts): Promise<void> {
  try {
    target.knows(namedFacts(facts), await target.target.settle?.from(facts))
  } catch (error) {
    target.unreached(failureOfError(error, target.target.host.name))
  }
}

/** Where programs run: connected to when the first comes, which is sent along. */
class Place {
  readonly #run: Run
  readonly #name: string
  readonly #lost: 'finish' | 'kill'
  readonly #sudo: SudoOnHost
  readonly #connect: () => Promise<Connection>
  #connection: Connection | undefined
  #session: Session | undefined
  #count = 0

  constructor(run: Run, lost: 'finish' | 'kill', host: HostSpec, connect: () => Promise<Connection>) {
    this.#run = run
    this.#name = host.name
    this.#lost = lost
    this.#sudo = new SudoOnHost(run, host)
    this.#connect = connect
  }

  async facts(question: ProbeQuestion): Promise<HostFacts> {
    if (this.#session !== undefined) return probeOn(this.#session, this.#name, question)
    this.#connection = await this.#connect()
    const { session, facts } = await probe(this.#connection, this.#name, question, this.#lost)
    this.#session = session
    return facts
  }

  program(sections: readonly Section[], isLast: boolean): Promise<readonly SectionEnd[]> {
    const isAlone = !usesSudo(sections)
    return this.#sudo.run(sections, (own, passwordFor) => this.#one(own, isLast && isAlone, passwordFor))
  }

  async #one(sections: readonly Section[], isLast: boolean, passwordFor: PasswordFor): Promise<readonly SectionEnd[]> {
    const compiled = compile(`p${++this.#count}`, sections, isLast, passwordFor)
    if (this.#session !== undefined) return this.#kept(await runProgram(this.#run, this.#session, compiled))
    this.#connection ??= await this.#connect()
    const first = firstProgram(this.#run, compiled)
    const travels = { program: compiled.wire, observer: first.observer }
    this.#session = await openSession(this.#connection, { lost: this.#lost, first: travels })
    return this.#kept(await first.ends(this.#session))
  }

  /** A session that had to be closed is of no more use; the connection is. */
  #kept(ends: readonly SectionEnd[]): readonly SectionEnd[] {
    if (ends.some(({ isClosed }) => isClosed)) this.#session = undefined
    return ends
  }

  close(): void {
    this.#session?.close()
    this.#connection?.close()
  }
}
