import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Place, Procedure } from '../plan/procedure.js'
import type { Task } from '../run/task.js'
import type { VenvRollbackOptions } from './commands/venv-rollback.js'
import { actingOptions, optionsOf, positive } from './program-options.js'
import { lockWait } from './release-commands.js'
import type { Perform } from './world.js'

/** The built-in tasks that these commands need. */
export interface VenvTasks {
  freeze(): Promise<Task>
  venvRollback(to: string | undefined): Promise<Procedure<Place>>
}

/** What there is to do with venvs, with or without releases. */
export function venvCommands(program: Command, perform: Perform, { freeze, venvRollback }: VenvTasks): void {
  const venv = program
    .command('venv')
    .description('the venvs of hosts: what lsvirtualenv, mkvirtualenv, rmvirtualenv and pip freeze do, from here')
  const isActing = (verb: string) => verb === 'create' || verb === 'remove'
  const add = (usage: string, description: string, verb: 'list' | 'create' | 'remove' | 'freeze') =>
    (isActing(verb) ? actingOptions(venv.command(usage)) : venv.command(usage))
      .description(description)
      .action((names: string[], _, command: Command) =>
        perform(async (world) => {
          const commands = await import('./commands/venv.js')
          if (verb === 'freeze') return commands.inVenvs(world, await freeze(), names, optionsOf(command))
          return commands[verb](world, names, optionsOf(command))
        }),
      )
  add('list [instance...]', 'every venv in the WORKON_HOMEs of the hosts', 'list')
  add('create [instance...]', 'build the venvs of instances, without a release', 'create')
  add('remove [instance...]', 'remove the venvs of instances; only those that venvoy made', 'remove')
  add('freeze [instance...]', 'pip freeze in the venvs of instances', 'freeze')
  venv
    .command('prune [instance...]')
    .description('remove the venvs and shared packages that nothing points to, on the hosts')
    .option('--now', 'also those that are younger than a day')
    .option('--dry-run', 'only say what would be removed')
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/venv-prune.js')).prune(world, names, optionsOf(command))),
    )
  rollingBack(venv, perform, venvRollback)
  describing(venv, perform)
}

function rollingBack(venv: Command, perform: Perform, venvRollback: VenvTasks['venvRollback']): void {
  venv
    .command('rollback [instance...]')
    .description('the venv before the present one, with the code that serves, on all hosts of the instance')
    .addOption(
      new Option('--to <fingerprint>', 'this one, as `venvoy venv history` has it; its beginning is enough').argParser(
        fingerprint,
      ),
    )
    .option('--dry-run', 'the plan only')
    .addOption(lockWait())
    .action((names: string[], _, command: Command) =>
      perform(async (world) => {
        const options: VenvRollbackOptions = optionsOf(command)
        const commands = await import('./commands/venv-rollback.js')
        return commands.rollback(world, await venvRollback(options.to), names, options)
      }),
    )
  venv
    .command('history [instance...]')
    .description('which venvs instances have had: when, by whom, and which are there')
    .addOption(new Option('--lines <n>', 'so many of each instance on each host').argParser(positive).default(20))
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/venv-history.js')).history(world, names, optionsOf(command))),
    )
}

function describing(venv: Command, perform: Perform): void {
  venv
    .command('sbom [instance...]')
    .description('what is installed in the venvs of instances, with licences and hashes: CycloneDX 1.6 JSON')
    .option('--output <path>', 'write it here; a folder where there are several')
    .option('--serial-number', 'give it a serial number of its own; without one it is the same from run to run')
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/venv-sbom.js')).writeSbom(world, names, optionsOf(command))),
    )
}

function fingerprint(text: string): string {
  // 0f3c9a1b2d4e5f60, 0f3c
  if (!/^[0-9a-f]{1,16}$/.test(text))
    throw new InvalidArgumentError('The beginning of a fingerprint is wanted: 0f3c9a1b.')
  return text
}
