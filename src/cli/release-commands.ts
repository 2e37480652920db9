import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Place, Procedure } from '../plan/procedure.js'
import type { RollbackOptions } from './commands/rollback.js'
import type { Options } from './options.js'
import type { World } from './world.js'

/** The built-in tasks that these commands need. */
export interface ReleaseTasks {
  rollback(to: number | undefined): Promise<Procedure<Place>>
  remove(keepShared: boolean): Promise<Procedure<Place>>
}

type Perform = (act: (world: World) => Promise<number>) => Promise<void>

/** What there is to do with the releases of an instance once they are there. */
export function releaseCommands(
  program: Command,
  perform: Perform,
  { rollback, remove }: ReleaseTasks,
  optionsOf: (command: Command) => Options,
): void {
  reading(program, perform, optionsOf)
  program
    .command('rollback [instance...]')
    .description('code and venv of the release before the current one, on all hosts of the instance')
    .addOption(new Option('--to <release>', 'the number of a release, as `venvoy history` has it').argParser(counted))
    .option('--dry-run', 'the plan only')
    .action((names: string[], _, command: Command) =>
      perform(async (world) => {
        const options: RollbackOptions = optionsOf(command)
        const commands = await import('./commands/rollback.js')
        return commands.rollback(world, await rollback(options.to), names, options)
      }),
    )
  program
    .command('remove [instance...]')
    .description('take instances away: releases, shared files, venvs, and nothing else')
    .option('--keep-shared', 'leave their shared files where they are')
    .option('--dry-run', 'the plan only')
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/remove.js')).remove(world, remove, names, optionsOf(command))),
    )
}

/** What was done to instances. */
function reading(program: Command, perform: Perform, optionsOf: (command: Command) => Options): void {
  program
    .command('history [instance...]')
    .description('who switched what, when, from where')
    .addOption(new Option('--lines <n>', 'so many of each instance on each host').argParser(counted).default(20))
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/history.js')).history(world, names, optionsOf(command))),
    )
}

function counted(value: string): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('A whole number from 1 is wanted.')
  return number
}
