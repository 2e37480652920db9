import type { HostSpec } from '../../src/config/spec.js'
import type { RunEvent } from '../../src/events.js'
import type { RunStep } from '../../src/operations/step.js'
import { cancelListeners } from '../../src/run/cancel.js'
import type { Run } from '../../src/run/run.js'
import { shell } from '../../src/shell/command.js'
import { emptyContext } from '../../src/shell/context.js'

export const hostSpec = (name: string): HostSpec => ({ name, local: false, env: {}, vars: {} })

/** A step that runs a command, as a task has it. */
export const runStep = (text: string, extra: Partial<RunStep> = {}): RunStep => ({
  kind: 'run',
  title: text,
  lines: [],
  command: shell(text),
  context: emptyContext,
  retries: 0,
  warnOnly: false,
  ...extra,
})

/** A run of up to two hosts at once, and what happens in it. */
export function testRun(settings: Pick<Run, 'connect'> & Partial<Run>, controller = new AbortController()) {
  const events: RunEvent[] = []
  const run: Run = {
    emit: (event) => events.push(event),
    signal: controller.signal,
    onCancel: cancelListeners(controller.signal),
    now: Date.now,
    parallel: 2,
    failFast: false,
    again: ({ host }) => `venvoy run x -H ${host}`,
    ...settings,
  }
  return { run, events }
}
