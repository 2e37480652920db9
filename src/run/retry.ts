import type { Step } from '../operations/step.js'
import type { Session } from '../transport/session.js'
import { compile, type Section } from './compile.js'
import { runProgram } from './program.js'
import type { Run } from './run.js'
import type { SectionEnd } from './section-end.js'
import { pause, Tries } from './tries.js'

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
  const tries = new Tries()
  for (let round = 1; mayRetry && !run.signal.aborted; round++) {
    const again = ends.flatMap(({ outcome, failed }, at) => {
      const step = outcome === 'failed' ? failed?.placed.step : undefined
      return tries.again(step) ? [{ at, step }] : []
    })
    if (again.length === 0) break
    await pause(Math.max(...again.map(({ step }) => step.delay ?? 0)), run.signal)
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

const from = (section: Section, step: Step): Section => ({
  ...section,
  steps: section.steps.slice(section.steps.indexOf(step)),
})
