import type { Argument, Command, Option } from 'commander'

/** What can stand where the cursor is. */
export type Candidates =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'files' }
  /** Names of the file; `before` stands in front of each, as in `--host=web1`. */
  | { readonly kind: NameKind; readonly before: string }
  /** What stands behind `run`, from the first task on: what fits is the tasks' to say. */
  | { readonly kind: 'told'; readonly words: readonly string[] }
  | { readonly kind: 'nothing' }

export type NameKind = 'instance' | 'host' | 'group' | 'exclude' | 'task'

export interface Candidate {
  readonly word: string
  readonly description: string
}

const nameKinds: readonly string[] = ['instance', 'host', 'group', 'exclude', 'task'] satisfies NameKind[]

/** Reads the command line as commander does: the words before the cursor, the last of them unfinished. */
export function candidatesFor(program: Command, words: readonly string[]): Candidates {
  const current = words.at(-1) ?? ''
  let command = program
  let operands = 0
  let wanting: Option | undefined
  for (const [i, word] of words.slice(0, -1).entries()) {
    if (wanting === undefined && isTask(command, operands, word)) return { kind: 'told', words: words.slice(i) }
    if (wanting !== undefined) wanting = undefined
    else if (word === '--') return ofArgument(command, operands + words.length - i - 2)
    else if (word.startsWith('-')) wanting = word.includes('=') ? undefined : valued(findOption(command, word))
    else {
      const inner = command.commands.find((each) => each.name() === word)
      if (inner === undefined) operands += 1
      else command = inner
    }
  }
  if (wanting !== undefined) return ofValue(wanting.attributeName(), wanting.argChoices, '')
  // `--host=we`
  const [, flag, before] = /^((--[^=]+)=)/.exec(current) ?? []
  if (before !== undefined) return ofFlag(findOption(command, before), flag!)
  if (current.startsWith('-')) return { kind: 'words', words: optionsOf(command) }
  if (command.commands.length > 0) return { kind: 'words', words: commandsOf(command) }
  return ofArgument(command, operands)
}

/** Commander knows nothing of what stands behind it. */
const isTask = (command: Command, operands: number, word: string): boolean =>
  operands === 0 && !word.startsWith('-') && command.registeredArguments[0]?.name() === 'task'

function ofFlag(option: Option | undefined, before: string): Candidates {
  return option === undefined ? { kind: 'nothing' } : ofValue(option.attributeName(), option.argChoices, before)
}

function ofArgument(command: Command, operands: number): Candidates {
  const all: readonly Argument[] = command.registeredArguments
  const last = all.at(-1)
  const argument = all[operands] ?? (last?.variadic ? last : undefined)
  return argument === undefined ? { kind: 'nothing' } : ofValue(argument.name(), argument.argChoices, '')
}

/** By the name of an option or argument: what it takes. */
function ofValue(name: string, choices: readonly string[] | undefined, before: string): Candidates {
  if (choices !== undefined)
    return { kind: 'words', words: choices.map((choice) => ({ word: before + choice, description: '' })) }
  if (nameKinds.includes(name)) return { kind: name as NameKind, before }
  // exec's words are a command on the host: a path there is often one here.
  return ['file', 'identity', 'report', 'command'].includes(name) ? { kind: 'files' } : { kind: 'nothing' }
}

const findOption = (command: Command, word: string): Option | undefined =>
  lineage(command)
    .flatMap(({ options }) => options)
    .find(({ long, short }) => word === long || word === short)

const valued = (option: Option | undefined): Option | undefined => (option?.required ? option : undefined)

function optionsOf(command: Command): Candidate[] {
  const visible = lineage(command).flatMap((each) => each.createHelp().visibleOptions(each))
  const named = visible.map(({ long, short, description }) => ({ word: long ?? short ?? '', description }))
  return named.filter(({ word }, i) => named.findIndex((each) => each.word === word) === i)
}

function commandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ word: each.name(), description: each.description() }))
}

const lineage = (command: Command): Command[] =>
  command.parent === null ? [command] : [command, ...lineage(command.parent)]
