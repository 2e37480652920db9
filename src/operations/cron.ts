import type { CronSpec } from '../config/cron-spec.js'
import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts, InstanceFacts, ReleaseReceipt } from '../facts/facts.js'
import type { CronInput } from '../remote/instance-input.js'
import { render } from '../shell/command.js'
import { quote } from '../shell/quote.js'
import { plural } from './files.js'
import { placeOf, stateOf } from './state.js'
import type { HelperStep } from './step.js'

/** The lines of an instance in the crontab of its user: they are the same for all releases that want the same times. */
export const crontabLines = ({ cron = [] }: Pick<InstanceSpec, 'cron'>, { to }: Pick<InstanceFacts, 'to'>): string[] =>
  // To cron, a bare % is a newline.
  cron.map(({ at, name }) => `${at} ${quote(`${to}/run`)} cron ${name}`.replaceAll('%', '\\%'))

/** A line as people read it. */
export const describeJob = ({ at, name, command }: CronSpec): string =>
  `cron ${name}: ${at}  ${render(command, 'log').trim().split('\n')[0]}`

/** Throws where cron is wanted and the host has none. */
export function assertCron(spec: InstanceSpec, { crontab }: HostFacts): void {
  if (!spec.cron?.length || crontab !== undefined) return
  throw new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: 'there is no crontab on this host',
    why: [`${plural(spec.cron.length, 'line')} of cron: want it`],
    next: 'sudo apt-get install cron',
  })
}

/** Behind a switch to a release that the spec describes: its lines in the crontab, where they are not there. */
export function writeCron(spec: InstanceSpec, facts: HostFacts, python: string): HelperStep[] {
  const state = stateOf(spec, facts)
  const wanted = crontabLines(spec, state)
  const there = wanted.length > 0 ? (facts.crontab?.[state.to] ?? []) : []
  const isSame = wanted.join('\n') === there.join('\n')
  if (wanted.length === 0 ? state.current?.cron !== true : isSame) return []
  const gone = there.filter((line) => !wanted.includes(line)).map((line) => `- ${line}`)
  const come = wanted.filter((line) => !there.includes(line)).map((line) => `+ ${line}`)
  return [cronStep(state, python, wanted.length === 0 ? 'take the lines from the crontab' : title, [...gone, ...come])]
}

/** Behind a switch to a release that was there before: its lines. */
export const restoreCron = (state: InstanceFacts, { cron }: ReleaseReceipt, python: string): HelperStep[] =>
  cron || state.current?.cron ? [cronStep(state, python, title, [])] : []

const title = 'write the lines of the crontab'

const cronStep = ({ to }: InstanceFacts, python: string, text: string, lines: readonly string[]): HelperStep => ({
  kind: 'helper',
  title: text,
  lines,
  python,
  action: 'cron',
  input: { to } satisfies CronInput,
})
