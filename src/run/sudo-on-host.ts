import type { HostSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import { isAlways, isTurn, type Step, sudoUserOf } from '../operations/step.js'
import type { Secret } from '../shell/command.js'
import type { SudoTrouble } from '../transport/program.js'
import type { Section } from './compile.js'
import type { PasswordFor } from './password-for.js'
import { nameOf, type Run } from './run.js'
import type { SectionEnd } from './section-end.js'

/** Runs sections as one program, with the passwords that sudo wants as far as that is known. */
type RunProgram = (sections: readonly Section[], passwordFor: PasswordFor) => Promise<readonly SectionEnd[]>

/** A section that stopped before a step, because sudo wants something. */
interface Held {
  readonly at: number
  readonly step: Step
  readonly kind: SudoTrouble['kind']
}

/** Whether a step of these becomes another user: a program with one may have to be followed by another. */
export const usesSudo = (sections: readonly Section[]): boolean =>
  sections.some(({ steps, standby = [] }) => [...steps, ...standby].some((step) => sudoUserOf(step) !== undefined))

/** What sudo wants on one host. A host that asks for no password is never told one. */
export class SudoOnHost {
  readonly #run: Run
  readonly #host: HostSpec
  /** The users for whom sudo has asked. */
  readonly #asking = new Set<string>()
  #password: Secret | undefined

  constructor(run: Run, host: HostSpec) {
    this.#run = run
    this.#host = host
  }

  /** Where sudo wants a password, a section goes on with that step in the next program; that is no further try. */
  async run(sections: readonly Section[], program: RunProgram): Promise<readonly SectionEnd[]> {
    const passwordFor: PasswordFor = (user) => (this.#asking.has(user) ? this.#password : undefined)
    const ends = [...(await program(sections, passwordFor))]
    const givenUp = new Set<number>()
    for (;;) {
      const held = heldIn(ends).filter(({ at }) => !givenUp.has(at))
      if (held.length === 0 || this.#run.signal.aborted) return ends
      const reason = await this.#learn(held)
      const next = held.map(({ at, step, kind }) => {
        const rest = from(sections[at]!, step)
        if (reason === undefined && kind !== 'denied') return { at, rest }
        givenUp.add(at)
        ends[at] = withReason(ends[at]!, reason)
        return { at, rest: { ...rest, steps: rest.steps.filter(isAlways) } }
      })
      const begun = next.filter(({ rest }) => rest.steps.length > 0)
      if (begun.length === 0) continue
      const newEnds = await program(
        begun.map(({ rest }) => rest),
        passwordFor,
      )
      begun.forEach(({ at }, i) => {
        const joined = joinEnds(ends[at]!, newEnds[i]!, sections[at]!)
        const { outcome, failure, failed } = ends[at]!
        ends[at] = givenUp.has(at) ? { ...joined, outcome, failed: failed!, ...(failure && { failure }) } : joined
      })
    }
  }

  /** Gets what sudo wants to be told; otherwise why it cannot be had, or `unknown`. */
  async #learn(held: readonly Held[]): Promise<VenvoyError | 'unknown' | undefined> {
    const wanting = held.filter(({ kind }) => kind !== 'denied')
    const isRefused = wanting.some(({ kind }) => kind === 'refused')
    try {
      if (wanting.length > 0 && (isRefused || this.#password === undefined)) {
        const password = await this.#run.sudoPassword?.(this.#host, isRefused ? this.#password : undefined)
        if (password === undefined) return 'unknown'
        this.#password = password
      }
    } catch (error) {
      if (error instanceof VenvoyError) return error
      throw error
    }
    for (const { step } of wanting) this.#asking.add(sudoUserOf(step) ?? '')
    return undefined
  }
}

const heldIn = (ends: readonly SectionEnd[]): Held[] =>
  ends.flatMap(({ failed }, at) =>
    failed?.end.sudo === undefined ? [] : [{ at, step: failed.placed.step, kind: failed.end.sudo.kind }],
  )

function withReason(end: SectionEnd, reason: VenvoyError | 'unknown' | undefined): SectionEnd {
  if (reason === undefined || reason === 'unknown' || end.failed?.end.sudo?.kind === 'denied') return end
  return { ...end, failure: { ...reason.failure, where: nameOf(end.section) } }
}

/** What is left of a section from a step on. */
export function from(section: Section, step: Step): Section {
  const at = section.steps.indexOf(step)
  const hasTurned = section.hasTurned || section.steps.slice(0, at).some(isTurn)
  return { ...section, steps: section.steps.slice(at), ...(hasTurned && { hasTurned }) }
}

/** The end of a section that took one more program. */
export const joinEnds = (first: SectionEnd, next: SectionEnd, section: Section): SectionEnd => ({
  ...next,
  section,
  done: first.done + next.done,
  begun: new Set([...first.begun, ...next.begun]),
  ended: new Set([...first.ended, ...next.ended]),
  undone: new Map([...first.undone, ...next.undone]),
  results: new Map([...first.results, ...next.results]),
  changes: new Map([...first.changes, ...next.changes]),
})
