import { Argument, Command, Option } from 'commander'
import pkg from '../../package.json' with { type: 'json' }
import type { Procedure } from '../plan/procedure.js'
import type { CompletedShell } from './commands/completion.js'
import type { SetupOptions } from './commands/setup.js'
import { actingOptions, collect, commonOptions, optionsOf } from './program-options.js'
import { lockWait, type ReleaseTasks, releaseCommands } from './release-commands.js'
import { type ServiceTasks, serviceCommands } from './service-commands.js'
import { optionsOfVenvoy } from './task-words.js'
import { type VenvTasks, venvCommands } from './venv-commands.js'
import type { Perform } from './world.js'

/** The built-in tasks; only the composition root knows where they are. */
export interface BuiltIn extends ReleaseTasks, ServiceTasks, VenvTasks {
  deploy(): Promise<Procedure>
}

/** The command line. Commands are loaded when they are called: `--version` and help load nothing else. */
export function createProgram(perform: Perform, builtIn: BuiltIn): Command {
  const program = new Command('venvoy')
    .description(
      'Deploys any number of instances of a Python project over SSH, each in its own venv, and runs tasks inside them.',
    )
    .version(pkg.version, '-V, --version')
    .exitOverride()
    .showHelpAfterError('(venvoy --help shows the commands)')
    .configureHelp({ showGlobalOptions: true })
  commonOptions(program)
  reading(program, perform, builtIn)
  locking(program, perform)
  acting(program, perform, builtIn)
  releaseCommands(program, perform, builtIn)
  serviceCommands(program, perform, builtIn)
  venvCommands(program, perform, builtIn)
  settingUp(program, perform)
  reporting(program, perform)
  completing(program, perform)
  return program
}

const loadDeploy = () => import('./commands/deploy.js')

function reading(program: Command, perform: Perform, { deploy }: BuiltIn): void {
  program
    .command('init')
    .description('write a first deploy.yml for the project in this folder; -H names its host')
    .action((_, command: Command) =>
      perform(async (world) => (await import('./commands/init.js')).init(world, optionsOf(command))),
    )
  program
    .command('check [instance...]')
    .description('what would stop a deploy, and the line that mends it')
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/check.js')).check(world, names, optionsOf(command))),
    )
  program
    .command('plan [instance...]')
    .description('what a deploy would do; nothing is changed')
    .option('--ref <rev>', "another revision than the file's")
    .option('--secrets', 'fetch secrets, too: whether they have changed')
    .option('--exit-code', 'exits with 6 if there is something to do')
    .option('--out <file>', 'save the plan, for venvoy apply')
    .action((names: string[], _, command: Command) =>
      perform(async (world) =>
        (await loadDeploy()).deploy(world, await deploy(), names, { ...optionsOf(command), dryRun: true }, 'plan'),
      ),
    )
  program
    .command('status [instance...]')
    .description('what runs where: release, revision, venv, Python')
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/status.js')).status(world, names, optionsOf(command))),
    )
  program
    .command('verify [instance...]')
    .description('whether releases and venvs are still as they were made, file by file; exits with 6 if not')
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/verify.js')).verify(world, names, optionsOf(command))),
    )
  program
    .command('list')
    .description('the tasks, instances and hosts of the file')
    .action((_, command: Command) =>
      perform(async (world) => (await import('./commands/list.js')).list(world, optionsOf(command))),
    )
  program
    .command('schema')
    .description('the JSON Schema of deploy.yml, for editors')
    .action(() => perform(async (world) => (await import('./commands/schema.js')).schema(world)))
}

function locking(program: Command, perform: Perform): void {
  program
    .command('lock [instance...]')
    .description('write down the exact packages of the venvs, with hashes: pylock.toml, for the hosts of the instances')
    .option('--upgrade [package...]', 'take the newest versions: of all packages, or of these')
    .option('--check', 'whether the lockfile is up to date with what is required; exits with 6 if not')
    .addOption(new Option('--format <format>', 'the kind of lockfile').choices(['pylock', 'requirements']))
    .option('--output <file>', 'write it here')
    .option('--ref <rev>', "another revision than the file's")
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/lock.js')).lock(world, names, optionsOf(command))),
    )
}

function acting(program: Command, perform: Perform, { deploy }: BuiltIn): void {
  actingOptions(program.command('deploy [instance...]'))
    .description('build the venv, ship the code, switch')
    .option('--dry-run', 'the plan only')
    .option('--ref <rev>', "another revision than the file's")
    .addOption(lockWait())
    .action((names: string[], _, command: Command) =>
      perform(async (world) => (await loadDeploy()).deploy(world, await deploy(), names, optionsOf(command), 'deploy')),
    )
  program
    .command('apply <plan>')
    .description('what a saved plan says, and nothing else; refused with 6 where the state has moved')
    .addOption(lockWait())
    .action((path: string, _, command: Command) =>
      perform(async (world) =>
        (await import('./commands/apply.js')).apply(world, await deploy(), path, optionsOf(command)),
      ),
    )
  actingOptions(program.command('run <task...>'))
    .usage('[options] <task> [options of the task] [<task>...]')
    .description('run tasks, one after the other; `venvoy run TASK --help` shows what a task can be told')
    .option('--dry-run', 'change nothing; say what would be run and changed')
    .action((words: string[], _, command: Command) =>
      perform(async (world) => {
        const { runNamed } = await import('./commands/run.js')
        return runNamed(world, words, optionsOf(command), optionsOfVenvoy(command))
      }),
    )
  actingOptions(program.command('exec <command...>'))
    .usage('[options] -- <command...>')
    .showHelpAfterError('(options of the command on the host stand behind --: venvoy exec -H HOST -- ls -l)')
    .description(
      'run a command: on hosts, or with -i in the context of instances. One word is shell text, several are quoted words',
    )
    .option('--prefix <command>', 'must succeed in the same shell first, repeatable: --prefix "workon class"', collect)
    .option('--cd <folder>', 'run there')
    .option('--as <user>', 'run as another user, with sudo')
    .addOption(new Option('--shell <kind>', 'the shell that reads it').choices(['sh', 'bash', 'login']))
    .action((words: string[], _, command: Command) =>
      perform(async (world) => (await import('./commands/exec.js')).execute(world, words, optionsOf(command))),
    )
  program
    .command('shell [instance]')
    .description('log in to an instance, its venv active; with -H alone to a host')
    .action((name: string | undefined, _, command: Command) =>
      perform(async (world) =>
        (await import('./commands/shell.js')).openShell(world, name === undefined ? [] : [name], optionsOf(command)),
      ),
    )
  program
    .command('demo')
    .description('a deploy to a host inside this process, to watch')
    .action(() => perform(async (world) => (await import('./commands/demo.js')).demo(world)))
}

function settingUp(program: Command, perform: Perform): void {
  program
    .command('setup [host...]')
    .description('virtualenvwrapper for whoever logs in to hosts: the package, and a block in .profile')
    .option('--home <folder>', "WORKON_HOME, over the file's")
    .addOption(new Option('--with <way>', 'where the package comes from').choices(['apt', 'pip']).default('apt'))
    .option('--remove', 'take the block out again')
    .option('--dry-run', 'the plan only')
    .action((names: string[], _, command: Command) =>
      perform(async (world) =>
        (await import('./commands/setup.js')).setup(world, names, optionsOf(command) as SetupOptions),
      ),
    )
}

function reporting(program: Command, perform: Perform): void {
  program
    .command('report')
    .description('the reports of runs: of --shard, or of what was done again')
    .command('merge <file...>')
    .description('what they come to, as one run; --retry-failed then repeats what is left of it')
    .action((paths: string[], _, command: Command) =>
      perform(async (world) =>
        (await import('./commands/merge-reports.js')).mergeReports(world, paths, optionsOf(command)),
      ),
    )
}

function completing(program: Command, perform: Perform): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .description('the script that completes commands and names: source <(venvoy completion bash)')
    .action((shell: CompletedShell) =>
      perform(async (world) => (await import('./commands/completion.js')).completion(world, shell)),
    )
  program
    .command('__complete [words...]', { hidden: true })
    .action((words: string[]) =>
      perform(async (world) => (await import('./commands/complete.js')).complete(world, program, words)),
    )
}
