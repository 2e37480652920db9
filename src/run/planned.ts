import type { Failure } from '../errors.js'
import type { Step } from '../operations/step.js'
import type { Plan } from '../plan/plan.js'
import type { SectionEnd } from './section-end.js'
import { findsMoves, foundMoved } from './step-end.js'

/** An instance on a host with steps to be done. */
export interface Planned {
  readonly instance: string
  readonly plan: Plan
}

/** The same, and what became of its first part. */
export type Ended = Planned & { readonly end: SectionEnd }

/** Held from here on until the runner leaves, over all programs. */
export const lockOf = ({ plan: { lock } }: Planned): readonly Step[] => (lock === undefined ? [] : [lock])

export function withoutLock({ instance, plan: { lock: _, ...plan } }: Planned): Planned {
  return { instance, plan }
}

/** Whether it may have to be planned again. */
export const mayMove = ({ plan: { lock, prepare } }: Planned): boolean => lock !== undefined || prepare.some(findsMoves)

export const hasMoved = ({ failed }: SectionEnd): boolean =>
  failed !== undefined && foundMoved(failed.placed.step, failed.end)

export const isOk = ({ outcome }: SectionEnd): boolean => outcome === 'ok'

/** What one program does where there is no other host to wait for: what undoes the switch comes before what cannot be undone. */
export const behindPrepare = ({ switch: turn, undo = [], settle = [] }: Plan): Step[] => [...turn, ...undo, ...settle]

/** How the program with the switch ended for an instance; where it had none to do, what it was prepared by. */
export const endOf = (ends: readonly SectionEnd[], { instance, end }: Ended): SectionEnd =>
  ends.find(({ section }) => section.instance === instance) ?? end

export const notSwitched = (host: string, instance: string, missing: string): Failure => ({
  kind: 'command',
  where: `${instance} on ${host}`,
  what: `prepared, but not switched, because ${missing} could not be prepared`,
  next: `mend ${missing}, and run it again: what is prepared here is not built twice`,
})
