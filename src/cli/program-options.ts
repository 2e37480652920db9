import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Amount, parseAmount } from '../config/rollout.js'
import { parseShard, type Shard } from '../config/shard.js'
import type { Options } from './options.js'

/** The options of venvoy itself. */
export function commonOptions(program: Command): void {
  program
    .option('-f, --file <path>', 'the config file (default: deploy.yml)')
    .option('--set <key=value>', 'a value over the file, repeatable: --set venv.python=3.12', collect)
    .option('-i, --instance <name>', 'instances: names or patterns (web*), with commas, repeatable', collectNames)
    .option('-H, --host <name>', 'hosts likewise; user@host:port need not be in the file', collectNames)
    .option('-g, --group <name>', 'the hosts of groups, likewise', collectNames)
    .option('-x, --exclude <name>', 'not these hosts, groups or instances, likewise', collectNames)
    .option('--all', 'all instances')
    .addOption(new Option('--shard <part>', 'of these only a part, for jobs side by side: 3/8').argParser(shard))
    .addOption(new Option('-P, --parallel <n>', 'hosts at once').argParser(positive).default(64))
    .option('--fail-fast', 'begin no further host after the first failure')
    .option('--user <name>', 'log in as this user')
    .option('--identity <file>', 'log in with this key')
    .option('--accept-new', 'accept the key of a host that is not known yet')
    .option('--json', 'one event a line on stdout')
    .option('--plain', 'plain lines, even on a terminal')
    .option('--stream', 'show output as it comes')
    .option('--fold', 'show alike output once, also in a file')
    .option('--report <file>', 'write what became of each target to a file, for `venvoy report merge`')
    .option('--unmasked', 'leave secrets in what commands print')
    .option('-q, --quiet', 'failures and results only')
    .option('-v, --verbose', 'more about what happens')
    .option('--yes', 'ask nothing')
}

/** The options of a command that does something on hosts. */
export function actingOptions(command: Command): Command {
  return command
    .addOption(new Option('--serial <amounts>', 'hosts in batches: 2, 25%, or 1,5,25%').argParser(amounts))
    .addOption(new Option('--max-failures <amount>', 'stop with so many failed hosts: 2, or 25%').argParser(amount))
    .option('--ask-sudo-password', 'ask at once; otherwise when the first host wants it')
    .option('--retry-failed', 'the last such run again, for the targets that did not end well in it')
}

/** What was typed. Commander gives an unchecked bag; its shape is what the options say. */
export const optionsOf = (command: Command): Options => command.optsWithGlobals() as Options

/** `-H web1,web2 -H db* -i 'client-{1,7}'` */
const collectNames = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  // An empty name is a mistake to be told, not nothing. A comma in braces is theirs: `client-{1,7}`.
  ...(value === '' ? [value] : value.split(/,(?![^{}]*\})/).filter((name) => name !== '')),
]

/** An option that may be given several times. */
export const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value]

/** The whole number from 1 that an option is. */
export function positive(value: string): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('A whole number from 1 is wanted.')
  return number
}

function shard(text: string): Shard {
  const parsed = parseShard(text.trim())
  if (parsed === undefined) throw new InvalidArgumentError('One of several parts is wanted, from 1 on: 3/8.')
  return parsed
}

function amount(text: string): Amount {
  const parsed = parseAmount(text.trim())
  if (parsed === undefined) throw new InvalidArgumentError('A number of hosts from 1 is wanted, or a part: 25%.')
  return parsed
}

const amounts = (text: string): readonly Amount[] => text.split(',').map(amount)
