import type { Command, Option } from 'commander'

/**
 * The words behind `venvoy` with a `--` before the first task of `run`, so that commander leaves it and all behind it alone: in
 * `run -H web1 a --x 1 b`, what stands before a task's name is venvoy's, and what stands after it the task's. Behind `logs`, -f
 * is what it is to everybody, and not the file.
 */
export function markTaskWords(program: Command, words: readonly string[]): string[] {
  const at = operandFrom(program.options, words, 0)
  if (words[at] === 'logs') return words.map((word, i) => (i > at && word === '-f' ? '--follow' : word))
  const run = program.commands.find((command) => command.name() === 'run')
  if (words[at] !== 'run' || run === undefined) return [...words]
  const task = operandFrom([...program.options, ...run.options], words, at + 1)
  // One that is there has been written by someone who wanted it so.
  if (task >= words.length || words.slice(0, task).includes('--')) return [...words]
  return [...words.slice(0, task), '--', ...words.slice(task)]
}

/** The options that stand before a task's name, as people write them: `-H`, `--host`. */
export function optionsOfVenvoy(run: Command): string[] {
  const options = [...run.options, ...(run.parent?.options ?? [])]
  return options.flatMap(({ short, long }) => [short, long]).filter((name) => name !== undefined)
}

/** Where the first word stands that is no option and no option's value. */
function operandFrom(options: readonly Option[], words: readonly string[], from: number): number {
  for (let i = from; i < words.length; i++) {
    const word = words[i]!
    if (word === '--' || word === '-' || !word.startsWith('-')) return word === '--' ? i + 1 : i
    if (takesNext(options, word)) i++
  }
  return words.length
}

// `--host web1`, `-H web1`, `-qH web1`; not `--host=web1`, `-Hweb1`, `-q`
function takesNext(options: readonly Option[], word: string): boolean {
  const takesValue = (name: string) => options.find(({ short, long }) => short === name || long === name)?.required
  if (word.startsWith('--')) return takesValue(word) === true
  for (let i = 1; i < word.length; i++) if (takesValue(`-${word[i]}`)) return i === word.length - 1
  return false
}
