// '    # why', ''; the sources hold no text of several lines, so this is always a comment.
const commentOrEmpty = /^\s*(#.*)?$/

// '        ': a space for each level is enough
const indentation = /^(?: {4})+/

/** Files of Python as one program, without what does not need to travel. It does so in an env variable: below 90,000 bytes. */
export const pythonProgram = (parts: readonly string[]): string =>
  parts
    .flatMap((part) => part.split('\n'))
    .filter((line) => !commentOrEmpty.test(line))
    .map((line) => line.replace(indentation, (spaces) => ' '.repeat(spaces.length / 4)))
    .join('\n')

/** What takes a while to make, and what a good part of all commands does not need: made when it is first asked for. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Runs the program that the env variable holds; it finds its own text as SOURCE. */
export const runProgramText =
  'import os; SOURCE = os.environ.pop("VENVOY_HELPER"); exec(compile(SOURCE, "venvoy-helper", "exec"))'
