import { type Command, InvalidArgumentError, Option } from 'commander'
import { secondsOf } from '../config/seconds.js'
import type { Place, Procedure } from '../plan/procedure.js'
import type { RollbackOptions } from './commands/rollback.js'
import { optionsOf, positive } from './program-options.js'
import type { Perform } from './world.js'

/** The built-in tasks that these commands need. */
export interface ReleaseTasks {
  rollback(to: number | undefined): Promise<Procedure<Place>>
  remove(keepShared: boolean): Promise<Procedure<Place>>
}

/** What there is to do with the releases of an instance once they are there. */
export function releaseCommands(program: Command, perform: Perform, { rollback, remove }: ReleaseTasks): void {
  reading(program, perform)
  locks(program, perform)
  program
    .command('rollback [instance...]')
    .description('code and venv of the release before the current one, on all hosts of the instance')
    .addOption(new Option('--to <release>', 'the number of a release, as `venvoy history` has it').argParser(positive))
    .option('--dry-run', 'the plan only')
    .addOption(lockWait())
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
    .addOption(lockWait())
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/remove.js')).remove(world, remove, names, optionsOf(command))),
    )
}

/** What was done to instances. */
function reading(program: Command, perform: Perform): void {
  program
    .command('history [instance...]')
    .description('who switched what, when, from where')
    .addOption(new Option('--lines <n>', 'so many of each instance on each host').argParser(positive).default(20))
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/history.js')).history(world, names, optionsOf(command))),
    )
}

/** What keeps deploys apart. */
function locks(program: Command, perform: Perform): void {
  const lock = program.command('deploy-lock').description('who deploys, and who keeps others from it')
  const add = (verb: 'status' | 'hold' | 'release', description: string) =>
    lock
      .command(`${verb} [instance...]`)
      .description(description)
      .action((names: string[], _, command: Command) =>
        perform(async (world) => (await import('./commands/deploy-lock.js'))[verb](world, names, optionsOf(command))),
      )
  add('status', 'who deploys right now, and who holds deploys')
  add('hold', 'no deploys and no rollbacks, until somebody releases them')
    .option('--reason <text>', 'what for')
    .option('--until <date>', 'only until then: 2026-11-23, or 2026-11-23T08:00')
  add('release', 'deploys may go on')
}

/** How long to wait for who deploys already. */
export const lockWait = (): Option =>
  new Option('--lock-wait <time>', 'wait so long for a deploy that runs: 30s, 5m').argParser((text) => {
    // 30s, 5m, 1h, 90
    if (!/^[1-9][0-9]{0,5}[smh]?$/.test(text)) throw new InvalidArgumentError('A duration is wanted: 30s, 5m, 1h.')
    return secondsOf(/[smh]$/.test(text) ? text : Number(text))
  })
