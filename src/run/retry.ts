import { setTimeout as sleep } from 'node:timers/promises'
import type { Step } from '../operations/step.js'
import type { Session } from '../transport/session.js'
import { compile, type Section } from './compile.js'
import { runProgram } from './program.js'
import type { Run } from './run.js'
import type { SectionEnd } from './section-end.js'

/**
 * Runs sections as one program; where a step that may be tried again has failed, its section continues with it in the next one.
 * `last`: no further program will come, so the runner can leave by itself.
 */
export async function runRetrying(
  run: Run,
  session: Session,
  id: string,
  sections: readonly Section[],
  last: boolean,
): Promise<readonly SectionEnd[]> {
  const mayRetry = sections.some(({ steps }) => steps.some((step) => retriesOf(step) > 0))
  const ends = [...(await runProgram(run, session, compile(id, sections, last && !mayRetry)))]
  const tries = new Map<Step, number>()
  for (let round = 1; mayRetry && !run.signal.aborted; round++) {
    const again = ends.flatMap((end, at) => (mayTryAgain(end, tries) ? [{ at, step: end.failed!.placed.step }] : []))
    if (again.length === 0) break
    const seconds = Math.max(...again.map(({ step }) => (step.kind === 'run' ? (step.delay ?? 0) : 0)))
    // A cancel is seen by the next turn.
    if (seconds > 0) await sleep(seconds * 1000, undefined, { signal: run.signal }).catch(() => undefined)
    const rest = again.map(({ at, step }) => from(sections[at]!, step))
    const newEnds = await runProgram(run, session, compile(`${id}.${round}`, rest, false))
    again.forEach(({ at }, i) => {
      ends[at] = { ...newEnds[i]!, section: sections[at]!, done: ends[at]!.done + newEnds[i]!.done }
    })
  }
  if (last && mayRetry) session.close()
  return ends
}

const retriesOf = (step: Step): number => (step.kind === 'run' ? step.retries : 0)

function mayTryAgain({ outcome, failed }: SectionEnd, tries: Map<Step, number>): boolean {
  if (outcome !== 'failed' || failed === undefined) return false
  const { step } = failed.placed
  const tried = (tries.get(step) ?? 0) + 1
  tries.set(step, tried)
  return tried <= retriesOf(step)
}

const from = (section: Section, step: Step): Section => ({
  ...section,
  steps: section.steps.slice(section.steps.indexOf(step)),
})
