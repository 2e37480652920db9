import type { ProgramObserver } from '../transport/program.js'
import type { ProgramEnd, Session } from '../transport/session.js'
import type { Compiled } from './compile.js'
import type { Run } from './run.js'
import { type SectionEnd, sectionEnds } from './section-end.js'
import { StepWatch, sayAgain } from './step-watch.js'

/** Runs one program on one host: turns what comes back into events, keeps timeouts, sends files, passes a cancel on. */
export async function runProgram(run: Run, session: Session, compiled: Compiled): Promise<readonly SectionEnd[]> {
  const watch = new StepWatch(run, () => session, compiled)
  const end = await passingCancel(run, watch, () => session.run(compiled.wire, watch))
  return sectionEnds(run, compiled, watch, end, session.noise())
}

/** A program that travels with the request for the channel: its observer has to be there before the session is. */
export function firstProgram(
  run: Run,
  compiled: Compiled,
): { observer: ProgramObserver; ends(session: Session): Promise<readonly SectionEnd[]> } {
  let session: Session | undefined
  const watch = new StepWatch(run, () => session, compiled)
  return {
    observer: watch,
    async ends(opened) {
      session = opened
      watch.opened()
      const end = await passingCancel(run, watch, () => opened.first)
      return sectionEnds(run, compiled, watch, end, opened.noise())
    },
  }
}

async function passingCancel(run: Run, watch: StepWatch, program: () => Promise<ProgramEnd>): Promise<ProgramEnd> {
  let timer: NodeJS.Timeout | undefined
  const cancel = () => {
    watch.cancel()
    timer ??= setInterval(() => watch.cancel(), sayAgain)
  }
  const forget = run.onCancel(cancel)
  try {
    const ended = program()
    if (run.signal.aborted) cancel()
    return await ended
  } finally {
    forget()
    clearInterval(timer)
    watch.close()
  }
}
