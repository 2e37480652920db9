import { isTurn, type Step } from '../operations/step.js'
import type { Session } from '../transport/session.js'
import { compile, type Section } from './compile.js'
import { runProgram } from './program.js'
import type { Run } from './run.js'
import type { SectionEnd } from './section-end.js'
import { from, joinEnds, type SudoOnHost, usesSudo } from './sudo-on-host.js'
import { pause, Tries } from './tries.js'
import { isLeftTurned, undoing } from './undo.js'

type RunSections = (sections: readonly Section[]) => Promise<readonly SectionEnd[]>

/**
 * Runs sections as one program; where a step that may be tried again has failed, its section continues with it in the next one.
 * What is given up behind a switch is undone. `last`: no further program will come, so the runner can leave by itself.
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
  const program: RunSections = (own) =>
    sudo.run(own, (each, passwordFor) => {
      const ownId = count === 0 ? id : `${id}.${count}`
      count += 1
      return runProgram(run, session, compile(ownId, each, last && isAlone, passwordFor))
    })
  const ends = mayRetry ? await tryAgain(run, program, sections) : await program(sections)
  const whole = await undoLeft(program, sections, ends)
  if (last && !isAlone) session.close()
  return whole
}

async function tryAgain(run: Run, program: RunSections, sections: readonly Section[]): Promise<readonly SectionEnd[]> {
  const tries = new Tries()
  const withTries = (section: Section): Section => {
    const mayRepeat = behindTurn(section).filter((step) => tries.of(step) < retriesOf(step))
    return { ...section, mayRepeat: new Set(mayRepeat) }
  }
  const ends = [...(await program(sections.map(withTries)))]
  while (!run.signal.aborted) {
    const again = ends.flatMap(({ outcome, failed }, at) => {
      // What sudo wants is not mended by trying again.
      const step = outcome === 'failed' && failed?.end.sudo === undefined ? failed?.placed.step : undefined
      return tries.again(step) ? [{ at, step }] : []
    })
    if (again.length === 0) break
    await pause(Math.max(...again.map(({ step }) => step.delay ?? 0)), run.signal)
    const rest = again.map(({ at, step }) => withTries(from(sections[at]!, step)))
    const newEnds = await program(rest)
    again.forEach(({ at }, i) => {
      ends[at] = joinEnds(ends[at]!, newEnds[i]!, sections[at]!)
    })
  }
  return ends
}

/** Whatever ended a section behind its switch, its program may have had no chance to undo that. */
async function undoLeft(
  program: RunSections,
  sections: readonly Section[],
  ends: readonly SectionEnd[],
): Promise<readonly SectionEnd[]> {
  const left = ends.flatMap((end, at) => (isLeftTurned(end) ? [at] : []))
  if (left.length === 0) return ends
  const undone = await program(left.map((at) => undoing(sections[at]!)))
  return ends.map((end, at) => (left.includes(at) ? { ...end, undone: undone[left.indexOf(at)]!.undone } : end))
}

function behindTurn({ steps, hasTurned }: Section): readonly Step[] {
  const at = steps.findIndex(isTurn)
  if (hasTurned) return steps
  return at < 0 ? [] : steps.slice(at + 1)
}

const retriesOf = (step: Step): number => (step.kind === 'run' ? step.retries : 0)
