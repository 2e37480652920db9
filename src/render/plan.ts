import type { Target } from '../events.js'
import { clean, cleanTitle } from './clean.js'
import type { Paint } from './color.js'
import type { EventOf } from './formatters.js'
import { counted } from './quantity.js'
import { targetName } from './target.js'

/** More instances than this with nothing to do are named on one line. */
const mostSaidOneByOne = 5

/** A plan as a block that a person wants to read: the instance, its steps, beneath each what it adds, changes, removes. */
export function planLines({ host, instance, steps }: EventOf<'instance:plan'>, paint: Paint): string[] {
  const name = targetName({ host, ...(instance === undefined ? {} : { instance }) })
  const body = steps.flatMap(({ title, lines }) => [
    `  ${marked(cleanTitle(title), paint)}`,
    ...lines.map((line) => `    ${marked(clean(line, false), paint)}`),
  ])
  return [`${paint.bold(name)}: ${counted(steps.length, 'step')}`, ...body]
}

/** That there is nothing to do: said for each instance, or for all on one line when there are many. */
export function nothingToDoLines(targets: readonly Target[], paint: Paint): string[] {
  const names = targets.map(targetName)
  if (names.length <= mostSaidOneByOne) return names.map((name) => `${paint.bold(name)}: nothing to do`)
  return [`${paint.bold(counted(names.length, 'target'))}: nothing to do (${names.join(', ')})`]
}

/** What the plans come to: `2 to change, 18 with nothing to do`. */
export function planRecap(toChange: number, nothingToDo: number, paint: Paint): string {
  const parts = [
    ...(toChange > 0 ? [paint.yellow(`${toChange} to change`)] : []),
    ...(nothingToDo > 0 ? [paint.green(`${nothingToDo} with nothing to do`)] : []),
  ]
  return parts.join(', ')
}

/** The mark that a line begins with gives its colour: `+ flask 3.0.0`, `~ six 1.15 -> 1.16`, `- django 2.2`. */
function marked(line: string, paint: Paint): string {
  if (line.startsWith('+ ')) return paint.green(line)
  if (line.startsWith('- ')) return paint.red(line)
  return line.startsWith('~ ') ? paint.yellow(line) : line
}
