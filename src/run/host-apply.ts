import type { HostSpec } from '../config/spec.js'
import type { Failure } from '../errors.js'
import type { TargetResult } from '../events.js'
import type { HostFacts } from '../facts/facts.js'
import type { ProbeQuestion } from '../facts/probe.js'
import { isEmpty, type Plan } from '../plan/plan.js'
import { plannedSteps } from '../plan/planned-steps.js'
import type { Session } from '../transport/session.js'
import type { Connection } from '../transport/transport.js'
import type { Section } from './compile.js'
import { connect, emitEnd, failureOfError, type Limit, unreached } from './hosts.js'
import type { Meeting } from './meeting.js'
import {
  behindPrepare,
  type Ended,
  endOf,
  hasMoved,
  isOk,
  lockOf,
  mayMove,
  notSwitched,
  type Planned,
  withoutLock,
} from './planned.js'
import { probe, probeOn } from './probe.js'
import { runRetrying } from './retry.js'
import type { Run } from './run.js'
import type { SectionEnd } from './section-end.js'
import { SudoOnHost } from './sudo-on-host.js'
import { failureWithUndone, mayStay, switchedBack, undoing } from './undo.js'
import type { Work } from './work.js'

interface Prepared {
  readonly session: Session
  readonly shared: readonly Ended[]
}

/** One host on its way through the plans of its instances. */
export class HostApply {
  readonly #run: Run
  readonly #limit: Limit
  readonly #host: HostSpec
  readonly #works: readonly Work[]
  readonly #meetings: ReadonlyMap<string, Meeting>
  readonly #dryRun: boolean
  readonly #sudo: SudoOnHost
  readonly #began: number
  readonly #results: TargetResult[] = []

  constructor(
    run: Run,
    limit: Limit,
    host: HostSpec,
    works: readonly Work[],
    meetings: ReadonlyMap<string, Meeting>,
    dryRun: boolean,
  ) {
    this.#run = run
    this.#limit = limit
    this.#host = host
    this.#works = works
    this.#meetings = meetings
    this.#dryRun = dryRun
    this.#sudo = new SudoOnHost(run, host)
    this.#began = run.now()
  }

  async run(): Promise<TargetResult[]> {
    let connection: Connection | undefined
    try {
      // One turn covers all that a host does before it may have to wait for others; waiting takes no turn.
      const prepared = await this.#limit(async () => {
        if (this.#run.isOver?.()) return this.#skip()
        connection = await connect(this.#run, this.#host)
        return this.#prepare(connection)
      })
      if (prepared) await this.#switchTogether(prepared)
    } catch (error) {
      const failure = failureOfError(error, this.#host.name)
      const ended = new Set(this.#results.map(({ instance }) => instance))
      for (const { instance } of this.#works.filter((work) => !ended.has(work.instance))) {
        this.#end(unreached(this.#run, { host: this.#host.name, instance }, failure))
      }
    } finally {
      connection?.close()
    }
    return this.#results
  }

  /** Both meetings hear how far an instance got; what they have heard before stands. */
  arrive(instance: string, isReady: boolean): void {
    this.#meetings.get(instance)?.prepared.arrive(this.#host.name, isReady)
    this.#meetings.get(instance)?.passed.arrive(this.#host.name, isReady)
  }

  #skip(): undefined {
    for (const { instance } of this.#works)
      this.#end(unreached(this.#run, { host: this.#host.name, instance }, undefined))
  }

  #question(works: readonly Work[]): ProbeQuestion {
    return {
      programs: [],
      interpreters: works.every(({ interpreters }) => interpreters === 'none') ? 'none' : 'if-needed',
      instances: works.map(({ question }) => question),
      venvHomes: [],
      free: [],
      facts: [...new Set(works.flatMap(({ facts = [] }) => facts))],
    }
  }

  /** The plans that have steps. What cannot be planned has failed; what has nothing to do is unchanged. */
  async #plans(facts: HostFacts, works: readonly Work[]): Promise<Planned[]> {
    const planned: Planned[] = []
    for (const work of works) {
      const { instance } = work
      try {
        const plan = await work.plan(facts)
        this.#tellPlan(instance, plan)
        if (!isEmpty(plan) && !this.#dryRun) {
          planned.push({ instance, plan })
          continue
        }
        this.#finish(instance, isEmpty(plan) ? 'unchanged' : 'ok')
        this.arrive(instance, true)
      } catch (error) {
        this.#finish(instance, 'failed', failureOfError(error, this.#host.name))
        // Who waits for this host must not wait for its other instances, too.
        this.arrive(instance, false)
      }
    }
    return planned
  }

  #tellPlan(instance: string, plan: Plan): void {
    const host = this.#host.name
    this.#run.emit({ type: 'instance:plan', host, instance, steps: plannedSteps(plan) })
    for (const left of isEmpty(plan) ? [] : (plan.leftOut ?? []))
      this.#run.emit({ type: 'step:skip', host, instance, ...left })
    for (const text of plan.notes)
      this.#run.emit({ type: 'run:note', level: 'info', text: `${instance}: ${text}`, host })
  }

  /** Everything up to the barrier; what has none is through afterwards. */
  async #prepare(connection: Connection): Promise<Prepared | undefined> {
    const { session, facts } = await probe(connection, this.#host.name, this.#question(this.#works), 'finish')
    const planned = await this.#plans(facts, this.#works)
    if (planned.length === 0) {
      session.close()
      return undefined
    }
    return { session, shared: await this.#begin(session, 'p1', planned) }
  }

  async #begin(session: Session, id: string, planned: readonly Planned[]): Promise<readonly Ended[]> {
    const isShared = ({ instance }: Planned) => this.#meetings.get(instance)?.prepared.isShared === true
    // Without others to wait for, one program does it all.
    const sections = planned.map((each) =>
      this.#section(each, [...lockOf(each), ...each.plan.prepare, ...(isShared(each) ? [] : behindPrepare(each.plan))]),
    )
    const isLast = !planned.some((each) => isShared(each) || mayMove(each))
    const ends = await runRetrying(this.#run, { session, sudo: this.#sudo }, id, sections, isLast)
    const ended = planned.map((each, i) => ({ ...each, end: ends[i]! }))
    const moved = ended.filter(({ end }) => hasMoved(end))
    const settled = ended.filter((each) => !moved.includes(each))
    for (const { end } of settled.filter((each) => !isShared(each))) this.#finishSection(end)
    const shared = settled.filter(isShared)
    return moved.length === 0 ? shared : [...shared, ...(await this.#planAgain(session, id, moved))]
  }

  /** Somebody else was first: the lock is held now, so what is planned from here on holds. */
  async #planAgain(session: Session, id: string, moved: readonly Planned[]): Promise<readonly Ended[]> {
    const works = this.#works.filter(({ instance }) => moved.some((each) => each.instance === instance))
    const facts = await probeOn(session, this.#host.name, this.#question(works))
    const planned = (await this.#plans(facts, works)).map(withoutLock)
    return planned.length === 0 ? [] : this.#begin(session, `${id}.again`, planned)
  }

  async #switchTogether({ session, shared }: Prepared): Promise<void> {
    for (const { instance, end } of shared) {
      if (isOk(end)) this.#meetings.get(instance)?.prepared.arrive(this.#host.name, true)
      else this.arrive(instance, false)
    }
    const ready: Ended[] = []
    for (const each of shared) {
      const missing = await this.#meetings.get(each.instance)?.prepared.missing()
      if (!isOk(each.end)) this.#finishSection(each.end)
      else if (missing === undefined) ready.push(each)
      else this.#finish(each.instance, 'skipped', notSwitched(this.#host.name, each.instance, missing))
    }
    const sections = ready
      .filter(({ plan }) => plan.switch.length > 0)
      .map((each) => this.#section(each, [...each.plan.switch, ...(each.plan.undo ?? [])]))
    const ends = await this.#program(session, 'p2', sections)
    await this.#settleTogether({ session, shared: ready.map((each) => ({ ...each, end: endOf(ends, each) })) })
  }

  /** What is left when the verdict of all hosts is there: to settle, or to go back because of another host. */
  async #settleTogether({ session, shared }: Prepared): Promise<void> {
    for (const { instance, end } of shared) this.#meetings.get(instance)?.passed.arrive(this.#host.name, mayStay(end))
    const sections: Section[] = []
    const because = new Map<string, string>()
    for (const { instance, end, plan } of shared) {
      const missing = await this.#meetings.get(instance)?.passed.missing()
      if (!isOk(end)) this.#finishSection(end)
      else if (missing !== undefined && plan.undo !== undefined) {
        because.set(instance, missing)
        sections.push(undoing(end.section))
      } else if (plan.settle === undefined || plan.settle.length === 0) this.#finishSection(end)
      else sections.push(this.#section({ instance }, plan.settle))
    }
    for (const end of await this.#program(session, 'p3', sections, true)) {
      const { instance = '' } = end.section
      const failed = because.get(instance)
      if (failed === undefined) this.#finishSection(end)
      else this.#finish(instance, ...switchedBack(end, failed))
    }
  }

  async #program(session: Session, id: string, sections: readonly Section[], isLast = false) {
    if (sections.length > 0)
      return this.#limit(() => runRetrying(this.#run, { session, sudo: this.#sudo }, id, sections, isLast))
    if (isLast) session.close()
    return []
  }

  #section({ instance }: Pick<Planned, 'instance'>, steps: Section['steps']): Section {
    return { host: this.#host.name, instance, steps }
  }

  #finishSection(end: SectionEnd): void {
    const { section, outcome, done } = end
    this.#finish(section.instance ?? '', outcome === 'ok' ? 'changed' : outcome, failureWithUndone(end), done)
  }

  #finish(instance: string, outcome: TargetResult['outcome'], failure?: Failure, steps = 0): void {
    this.#end({
      host: this.#host.name,
      instance,
      outcome,
      ...(failure !== undefined && { failure }),
      steps,
      ms: this.#run.now() - this.#began,
    })
  }

  #end(result: TargetResult): void {
    this.#results.push(emitEnd(this.#run, result))
  }
}
