import { readFile, realpath } from 'node:fs/promises'
import { relative } from 'node:path'
import { type Failure, VenvoyError } from '../errors.js'

interface Place {
  readonly path: string
  readonly line: number
}

/** Why a file of tasks cannot be loaded, with the line that is wrong. `file`: where it is, if no line is known. */
export async function failureToLoad(error: unknown, base: string, file: string): Promise<Failure> {
  const bases = [base, await realpath(base).catch(() => base)]
  const [place, ...callers] = placesIn(error, bases)
  const where = place === undefined ? file : shown(place, bases)
  const source = place === undefined ? [] : await sourceLine(place)
  // Where it was found out, and the file's own lines that led there.
  const by = callers.filter(({ line, path }) => line !== place?.line || path !== place?.path)
  const why = [...source, ...by.slice(0, 5).map((each) => `from ${shown(each, bases)}`)]
  if (error instanceof VenvoyError) return { ...error.failure, where, why: [...(error.failure.why ?? []), ...why] }
  return { kind: 'config', where, what: whatOf(error), why }
}

/** The first line of a message, without what only says who found it. */
function whatOf(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error)
  return (
    message
      .split('\n')[0]!
      .replace(/^ParseError: /, '')
      // `(0 , _venvoy.tusk) is not a function`: what the compiler makes of `tusk()`
      .replace(/\(0 , \w+\.(\w+)\)/, '$1')
      .trim()
  )
}

/** The lines of the project that an error names: the one that a parser stopped at, and those of the stack. */
function placesIn(error: unknown, bases: readonly string[]): Place[] {
  if (!(error instanceof Error)) return []
  // ` /home/ann/blog/tasks/db.ts:5:0`, `at run (file:///home/ann/blog/tasks/db.ts:7:12)`
  const found = `${error.message}\n${error.stack ?? ''}`.matchAll(/(?:^|[\s(])(?:file:\/\/)?(\/[^\n]*?):(\d+):\d+/gm)
  const places = [...found].map((match) => ({ path: match[1]!, line: Number(match[2]) }))
  const own = places.filter(({ path }) => bases.some((base) => path.startsWith(`${base}/`)))
  const project = own.filter(({ path }) => !path.includes('/node_modules/'))
  return [...new Map(project.map((place) => [`${place.path}:${place.line}`, place])).values()]
}

function shown({ path, line }: Place, bases: readonly string[]): string {
  const base = bases.find((each) => path.startsWith(`${each}/`)) ?? ''
  return `${relative(base, path)}:${line}`
}

async function sourceLine({ path, line }: Place): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const source = text.split('\n')[line - 1]?.trimEnd()
  return source ? [`${line} | ${source.slice(0, 160)}`] : []
}
