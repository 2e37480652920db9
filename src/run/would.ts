import { resultsIn } from '../config/condition.js'
import type { RunEvent, Target } from '../events.js'
import type { TaskStep } from '../operations/step.js'
import { render } from '../shell/command.js'

/** A word about what is not done. */
export const wouldNote = ({ host, instance }: Target, text: string): RunEvent => ({
  type: 'run:note',
  level: 'info',
  text: instance === undefined ? text : `${instance}: ${text}`,
  host,
})

/** The result that a step waits for and that a dry run does not have: of a step that was not done. */
export const unknownTo = ({ when }: TaskStep, notDone: ReadonlySet<string>): string | undefined =>
  when === undefined ? undefined : resultsIn(when).find((name) => notDone.has(name))

/** What a dry run says of a step instead of doing it; nothing, if it can look. */
export function wouldSay(step: TaskStep): string | undefined {
  if (step.kind === 'confirm') return `would ask: ${step.question}`
  if (step.kind === 'file') return undefined
  const text = render(step.command, 'log')
  const user = step.context.user === undefined ? '' : ` as ${step.context.user}`
  return `would run${step.isLocal ? ' here' : user}: ${text.includes('\n') ? step.title : text}`
}
