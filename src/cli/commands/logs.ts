import type { HostSpec, InstanceSpec } from '../../config/spec.js'
import { hostContext } from '../../operations/context.js'
import type { RunStep } from '../../operations/step.js'
import logs from '../../remote/logs.sh'
import { runTasks } from '../../run/tasks.js'
import { exec, path, render, shell } from '../../shell/command.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { loadConfig } from '../load.js'
import { startRun } from '../start-run.js'
import { hostTargets } from '../targets.js'
import type { World } from '../world.js'
import type { ServiceOptions } from './services.js'

export interface LogsOptions extends ServiceOptions {
  readonly follow?: boolean
  /** How many of each service. */
  readonly lines?: number
}

/** `venvoy logs`: what the services of instances said, and with -f what they say from now on; one command a host. */
export async function showLogs(world: World, names: readonly string[], options: LogsOptions): Promise<number> {
  const { config, notes } = await loadConfig(world, options)
  const specs = await chooseInstances(world, config, names, options, 'read')
  const hosts = [...new Set(specs.map(({ host }) => host))]
  const { follow = false, lines = 20, service = [] } = options
  const settings = {
    command: 'logs',
    // What is said now is wanted now.
    options: { ...options, stream: true, ...(world.stdoutIsTerminal && { plain: true }) },
    selection: hostTargets(hosts),
    hosts: config.hosts,
    notes,
    secrets: config.secrets.values(),
    again: againWith('logs', options, [
      ...(follow ? ['-f'] : []),
      ...['-n', String(lines)],
      ...service.flatMap((name) => ['--service', name]),
    ]),
  }
  return startRun(world, settings, (run) => {
    const targets = hosts.map((host) => ({
      host,
      steps: [
        logStep(
          host,
          specs.filter((spec) => spec.host === host),
          options,
        ),
      ],
    }))
    return runTasks(run, targets, 'kill')
  })
}

function logStep(
  host: HostSpec,
  specs: readonly InstanceSpec[],
  { follow, lines = 20, service = [] }: LogsOptions,
): RunStep {
  const [only] = specs
  const count = service.length > 0 ? service.length : (only?.services?.length ?? 0)
  const isSeveral = specs.length > 1 || count !== 1
  const calls = specs.map(({ name, to }) => render(exec('logs', name, path(to), ...service), 'shell'))
  const settings = `lines=${lines} follow=${follow ? 'yes' : ''} several=${isSeveral ? 'yes' : ''}`
  return {
    kind: 'run',
    title: 'logs',
    lines: [],
    command: shell([logs, settings, ...calls, ...(follow ? ['wait'] : [])].join('\n')),
    context: hostContext(host),
    retries: 0,
    warnOnly: false,
  }
}
