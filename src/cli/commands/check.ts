import { type Config, isInstance } from '../../config/config.js'
import { exampleValues } from '../../config/params.js'
import { selectInstances } from '../../config/select.js'
import { taskSteps, taskTargets } from '../../config/tasks.js'
import type { Failure } from '../../errors.js'
import type { TargetResult } from '../../events.js'
import { checkQuestion, diagnoseHost, type Finding } from '../../plan/check.js'
import { type Answer, gather } from '../../run/gather.js'
import { againWith } from '../again.js'
import { chooseHosts, selectionOf } from '../choose.js'
import { loadConfig } from '../load.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import { hostTargets } from '../targets.js'
import type { World } from '../world.js'

/** `venvoy check`: the config, the connections, and what each host has for its instances. */
export async function check(world: World, names: readonly string[], options: Options): Promise<number> {
  const loaded = await loadConfig(world, options)
  const narrowed = { ...options, instance: [...(options.instance ?? []), ...names] }
  const targets = hostTargets(chooseHosts(loaded.config, narrowed))
  const { config, notes } = await loaded.withSecrets({ targets, only: ['sudo'] })
  const hosts = chooseHosts(config, narrowed)
  const specs = selectInstances(config, selectionOf([], { ...narrowed, shard: undefined }))
  const settings = {
    command: 'check',
    options,
    selection: hostTargets(hosts),
    hosts: config.hosts,
    notes: [...loaded.notes, ...notes],
    secrets: config.secrets.values(),
    again: againWith('check', options),
  }
  return startRun(world, settings, async (run) => {
    const answers = await gather(run, hosts, (each) =>
      checkQuestion(
        specs.filter((spec) => spec.host === each),
        usersOnHost(config, each.name),
      ),
    )
    const findings = answers.flatMap((answer) => {
      const own = answer.facts
        ? diagnoseHost(
            answer.facts,
            specs.filter((spec) => spec.host === answer.host),
            { users: usersOnHost(config, answer.host.name), password: answer.host.sudoPassword },
          )
        : []
      return own.map((finding) => ({ answer, finding }))
    })
    const unreached = answers.flatMap(({ host, failure }) => (failure?.steps ? [{ host, failure }] : []))
    run.emit({
      type: 'run:table',
      columns: ['host', '', 'finding'],
      rows: [
        ...findings.flatMap(({ answer, finding }) => rowsOf(answer.host.name, finding)),
        ...unreached.flatMap(({ host, failure }) => rowsOf(host.name, connectionFinding(failure))),
      ],
    })
    return answers.map((answer) =>
      resultOf(
        answer,
        findings.filter((each) => each.answer === answer).map(({ finding }) => finding),
      ),
    )
  })
}

/** Whom the file's tasks become on a host. */
function usersOnHost(config: Config, host: string): string[] {
  const steps = config.tasks.flatMap(({ name, on, params }) =>
    taskTargets(config, on)
      .filter((target) => (isInstance(target) ? target.host.name : target.name) === host)
      .flatMap((target) => taskSteps(config, name, target, exampleValues(params)).steps),
  )
  return steps.flatMap((step) => (step.kind === 'run' && step.context.user !== undefined ? [step.context.user] : []))
}

const marks = { ok: 'ok', warning: 'warning', problem: 'PROBLEM' } as const

const rowsOf = (host: string, { level, text, lines = [], next }: Finding): string[][] => [
  [host, marks[level], text],
  ...lines.map((line) => ['', '', line]),
  ...(next === undefined ? [] : [['', '', `try: ${next}`]]),
]

/** How far the connection came. What is wrong and what to do has been said where the host ended. */
const connectionFinding = ({ what, steps = [] }: Failure): Finding => ({ level: 'problem', text: what, lines: steps })

/** A problem on a host fails its check; the table has said what it is. */
function resultOf({ result }: Answer, findings: readonly Finding[]): TargetResult {
  return findings.some(({ level }) => level === 'problem') ? { ...result, outcome: 'failed' } : result
}
