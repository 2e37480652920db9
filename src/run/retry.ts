import type { Step } from '../operations/step.js'
import type { Session } from '../transport/session.js'
import { compile, type Section } from './compile.js'
import { runProgram } from './program.js'
import type { Run } from './run.js'
import type { SectionEnd } from './section-end.js'
import { from, joinEnds, type SudoOnHost, usesSudo } from './sudo-on-host.js'
import { pause, Tries } from './tries.js'

/**
 * Runs sections as one program; where a step that may be tried again has failed, its section continues with it in the next one.
 * `last`: no further program will come, so the runner can leave by itself.
 */
export async function runRetrying(
  run: Run,
  { session, sudo }: { readonly session: Session; readonly sudo: SudoOnHost },
  id: string,
  sections: readonly Section[],
  last: boolean,
): Promise<readonly SectionEnd[]> {
  const mayRetry = sections.some(({ steps }) => steps.some((step) => retriesOf(step) > 0))
  const isAlone = !mayRetry && !usesSudo(sections)
  let count = 0
  const program = (own: readonly Section[]) =>
    sudo.run(own, (each, passwordFor) => {
      const ownId = count === 0 ? id : `${id}.${count}`
      count += 1
      return runProgram(run, session, compile(ownId, each, last && isAlone, passwordFor))
    })
  const ends = [...(await program(sections))]
  const tries = new Tries()
  while (mayRetry && !run.signal.aborted) {
    const again = ends.flatMap(({ outcome, failed }, at) => {
      // What sudo wants is not mended by trying again.
      const step = outcome === 'failed' && failed?.end.sudo === undefined ? failed?.placed.step : undefined
      return tries.again(step) ? [{ at, step }] : []
    })
    if (again.length === 0) break
    await pause(Math.max(...again.map(({ step }) => step.delay ?? 0)), run.signal)
    const rest = again.map(({ at, step }) => from(sections[at]!, step))
    const newEnds = await program(rest)
    again.forEach(({ at }, i) => {
      ends[at] = joinEnds(ends[at]!, newEnds[i]!, sections[at]!)
    })
  }
  if (last && !isAlone) session.close()
  return ends
}

const retriesOf = (step: Step): number => (step.kind === 'run' ? step.retries : 0)
