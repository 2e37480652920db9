import type { Fact } from '../config/facts.js'
import type { Rollout } from '../config/rollout.js'
import type { HostSpec } from '../config/spec.js'
import type { Failure } from '../errors.js'
import type { TargetResult } from '../events.js'
import type { HostFacts } from '../facts/facts.js'
import type { ProbeQuestion } from '../facts/probe.js'
import { isEmpty, type Plan } from '../plan/plan.js'
import { plannedSteps } from '../plan/planned-steps.js'
import type { Session } from '../transport/session.js'
import type { Connection } from '../transport/transport.js'
import { Barrier } from './barrier.js'
import type { Section } from './compile.js'
import { connect, emitEnd, failureOfError, type Limit, limitOf, unreached } from './hosts.js'
import { type Ended, hasMoved, lockOf, notSwitched, type Planned, withoutLock } from './planned.js'
import { probe, probeOn } from './probe.js'
import { runRetrying } from './retry.js'
import type { Run } from './run.js'
import type { SectionEnd } from './section-end.js'
import { SudoOnHost } from './sudo-on-host.js'

/** One instance on one host: what to ask there, and how the answer becomes a plan. */
export interface Work {
  readonly host: HostSpec
  readonly instance: string
  readonly question: ProbeQuestion['instances'][number]
  readonly rollout?: Rollout
  /** Whether a Python is to be looked for. Default: `if-needed`. */
  readonly interpreters?: 'if-needed' | 'none'
  /** The hosts of its instance do not wait for one another. */
  readonly alone?: boolean
  /** The facts that its conditions want. */
  readonly facts?: readonly Fact[]
  /** Contacts nobody. Throws a VenvoyError for what cannot be. */
  plan(facts: HostFacts): Plan | Promise<Plan>
}

/**
 * Probe → plan → program, on all hosts at once. `dryRun` ends after the plan: what it prints is what is applied.
 * Instances are independent; one that lives on several hosts is switched on all of them or on none. `mostMissing`: with so
 * many hosts that cannot be prepared, none is switched; with fewer, the others are.
 */
export async function applyPlans(
  run: Run,
  works: readonly Work[],
  dryRun: boolean,
  mostMissing: number,
): Promise<TargetResult[]> {
  const limit = limitOf(run)
  const barriers = new Map<string, Barrier>()
  for (const { instance } of works) {
    if (!barriers.has(instance))
      barriers.set(
        instance,
        new Barrier(
          works.filter((work) => work.instance === instance && !work.alone).map(({ host }) => host.name),
          mostMissing,
        ),
      )
  }
  const hosts = new Set(works.map(({ host }) => host))
  const results = await Promise.all(
    [...hosts].map(async (host) => {
      const own = works.filter((work) => work.host === host)
      const apply = new HostApply(run, limit, host, own, barriers, dryRun)
      try {
        return await apply.run()
      } finally {
        // Whatever happened here, nobody waits for this host any longer.
        for (const { instance } of own) barriers.get(instance)?.arrive(host.name, false)
      }
    }),
  )
  return results.flat()
}

interface Prepared {
  readonly session: Session
  readonly shared: readonly Ended[]
}

class HostApply {
  readonly #run: Run
  readonly #limit: Limit
  readonly #host: HostSpec
  readonly #works: readonly Work[]
  readonly #barriers: ReadonlyMap<string, Barrier>
  readonly #dryRun: boolean
  readonly #sudo: SudoOnHost
  readonly #began: number
  readonly #results: TargetResult[] = []

  constructor(
    run: Run,
    limit: Limit,
    host: HostSpec,
    works: readonly Work[],
    barriers: ReadonlyMap<string, Barrier>,
    dryRun: boolean,
  ) {
    this.#run = run
    this.#limit = limit
    this.#host = host
    this.#works = works
    this.#barriers = barriers
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
        this.#run.emit({ type: 'instance:plan', host: this.#host.name, instance, steps: plannedSteps(plan) })
        for (const left of isEmpty(plan) ? [] : (plan.leftOut ?? []))
          this.#run.emit({ type: 'step:skip', host: this.#host.name, instance, ...left })
        for (const text of plan.notes)
          this.#run.emit({ type: 'run:note', level: 'info', text: `${instance}: ${text}`, host: this.#host.name })
        if (!isEmpty(plan) && !this.#dryRun) {
          planned.push({ instance, plan })
          continue
        }
        this.#finish(instance, isEmpty(plan) ? 'unchanged' : 'ok')
        this.#barriers.get(instance)?.arrive(this.#host.name, true)
      } catch (error) {
        this.#finish(instance, 'failed', failureOfError(error, this.#host.name))
      }
    }
    return planned
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
    const isShared = ({ instance }: Planned) => this.#barriers.get(instance)?.isShared === true
    // Without a barrier there is nothing to wait for between the two halves: one program does it.
    const sections = planned.map((each) =>
      this.#section(each, [...lockOf(each), ...each.plan.prepare, ...(isShared(each) ? [] : each.plan.switch)]),
    )
    const isLast = !planned.some((each) => isShared(each) || each.plan.lock)
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
    for (const { instance, end } of shared) this.#barriers.get(instance)?.arrive(this.#host.name, end.outcome === 'ok')
    const sections: Section[] = []
    for (const each of shared) {
      if (each.end.outcome !== 'ok') {
        this.#finishSection(each.end)
        continue
      }
      const missing = await this.#barriers.get(each.instance)?.missing()
      if (missing === undefined) sections.push(this.#section(each, each.plan.switch))
      else this.#finish(each.instance, 'skipped', notSwitched(this.#host.name, each.instance, missing))
    }
    if (sections.length === 0) return session.close()
    const ends = await this.#limit(() => runRetrying(this.#run, { session, sudo: this.#sudo }, 'p2', sections, true))
    for (const end of ends) this.#finishSection(end)
  }

  #section({ instance }: Planned, steps: Section['steps']): Section {
    return { host: this.#host.name, instance, steps }
  }

  #finishSection({ section, outcome, failure, done }: SectionEnd): void {
    this.#finish(section.instance ?? '', outcome === 'ok' ? 'changed' : outcome, failure, done)
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
