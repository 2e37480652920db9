import { type Command, Option } from 'commander'
import type { Place, Procedure } from '../plan/procedure.js'
import type { ServiceOptions } from './commands/services.js'
import { collect, optionsOf, positive } from './program-options.js'
import { lockWait } from './release-commands.js'
import type { Perform } from './world.js'

type Verb = 'start' | 'stop' | 'restart'

/** The built-in task that these commands need. */
export interface ServiceTasks {
  services(verb: Verb, names: readonly string[] | undefined): Promise<Procedure<Place>>
}

/** The services of instances. */
export function serviceCommands(program: Command, perform: Perform, { services }: ServiceTasks): void {
  const add = (verb: Verb, description: string) =>
    withService(program.command(`${verb} [instance...]`))
      .description(description)
      .option('--dry-run', 'the plan only')
      .addOption(lockWait())
      .action((names: string[], _, command: Command) =>
        perform(async (world) => {
          const options: ServiceOptions = optionsOf(command)
          const commands = await import('./commands/services.js')
          return commands.actOn(world, verb, await services(verb, options.service), names, options)
        }),
      )
  add('start', 'start the services of instances that do not run')
  add('stop', 'stop the services of instances')
  add('restart', 'restart the services of instances')
  withService(program.command('logs [instance...]'))
    .description('what the services of instances said')
    .option('--follow', 'and what they say from now on; here, -f is the same')
    .addOption(new Option('-n, --lines <n>', 'so many lines of each service').argParser(positive).default(20))
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/logs.js')).showLogs(world, names, optionsOf(command))),
    )
}

const withService = (command: Command): Command =>
  command.option('--service <name>', 'only this one, repeatable', collect)
