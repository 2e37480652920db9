import { VenvoyError } from '../errors.js'
import type { Secret, Word } from '../shell/command.js'
import { type Diagnostic, describeDiagnostics, diagnose, type Path } from './diagnostic.js'
import type { Content, ContentNames } from './file-work.js'
import { findPlaceholders, type Placeholder } from './placeholder.js'
import type { Scalar } from './scalar.js'
import { asText, canonical, type Names, partOf, type Scope } from './scope.js'
import { suggest } from './suggest.js'

/** What the texts of files may name: all that commands may, and env variables, secret or not. */
export function contentNames(names: Names, env: Readonly<Record<string, Word>>): ContentNames {
  const variables = Object.entries(env).map(([name, word]) => [`env.${name}`, textOf(word)] as const)
  return new Map<string, Scalar | Secret>([...names, ...variables])
}

function textOf(word: Word) {
  if (typeof word === 'string' || word.kind === 'secret') return word
  return word.kind === 'path' ? word.text : ''
}

/** A text of deploy.yml, filled in; what is wrong in it is reported. */
export function contentOf(text: string, path: Path, scope: Scope, names: ContentNames): Content {
  return filled(text, names, (placeholder, mistake) => {
    if (!scope.findings.isDoubted(placeholder.name?.split('.').at(-1) ?? ''))
      scope.findings.report(path, mistake.message, { part: partOf(placeholder, text), hint: mistake.hint })
  })
}

/** The text of a file, filled in. Throws a VenvoyError that shows all mistakes at their places. */
export function templateOf(text: string, file: string, names: ContentNames): Content {
  const mistakes: Diagnostic[] = []
  const content = filled(text, names, ({ start, end }, { message, hint }) => {
    mistakes.push(diagnose({ document: { file, text }, start, end }, [], message, hint))
  })
  if (mistakes.length === 0) return content
  throw new VenvoyError({ kind: 'config', what: describeDiagnostics(mistakes) })
}

/** The text as the host gets it. */
export const plainText = (content: Content): string =>
  content.map((part) => (typeof part === 'string' ? part : part.value)).join('')

export const isSecret = (content: Content): boolean => content.some((part) => typeof part !== 'string')

interface Mistake {
  readonly message: string
  readonly hint: string
}

function filled(text: string, names: ContentNames, report: (at: Placeholder, mistake: Mistake) => void): Content {
  const parts: Content[number][] = []
  let from = 0
  for (const placeholder of findPlaceholders(text)) {
    const { name, start, end } = placeholder
    const value = name === undefined ? undefined : names.get(canonical(name, names))
    if (value === undefined) report(placeholder, mistakeIn(placeholder, names))
    else parts.push(text.slice(from, start), typeof value === 'object' && value !== null ? value : asText(value))
    from = end
  }
  return [...parts, text.slice(from)].filter((part) => part !== '')
}

function mistakeIn({ raw, name }: Placeholder, names: ContentNames): Mistake {
  if (name === undefined)
    return { message: `${raw} is more than names and dots`, hint: 'there are no filters and no expressions' }
  // Most env variables are the other names once more.
  const isMeant = (each: string) =>
    each.startsWith('env.') === name.startsWith('env.') && !each.startsWith('env.VENVOY_')
  const known = [...names.keys()]
    .filter(isMeant)
    .map((each) => (each === 'host.name' ? 'host' : each.replace(/^vars\./, '')))
  // `secrets.KEY`
  if (/^secrets?\./.test(name))
    return { message: `${raw} is not known here`, hint: `name the env variable that holds it: {{ env.NAME }}` }
  if (known.includes(`params.${name}`))
    return { message: `${raw} is not known here`, hint: `did you mean params.${name}?` }
  return { message: `${raw} is not known here`, hint: suggest(name, known) }
}
