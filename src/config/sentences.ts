import type * as z from 'zod'
import type { Path } from './diagnostic.js'
import type { Node } from './node.js'
import { listOf, suggest } from './suggest.js'

type Issue = z.core.$ZodIssue

/** What is wrong, in a sentence, and what to do about it. */
export interface Sentence {
  readonly path: Path
  readonly message: string
  readonly hint?: string
  /** Whether the key is meant, and not its value. */
  readonly isKey?: boolean
}

/** Keys that may stand where an unknown one does, so that the right one can be suggested. */
export type KnownKeys = (path: Path) => readonly string[]

/** The sentences for one issue of the schema; `node` is what stands at the issue's path, if anything. */
export function describeIssue(issue: Issue, node: Node | undefined, knownKeys: KnownKeys): Sentence[] {
  const { path: issuePath, code, message } = issue
  const path = issuePath as Path
  if (node?.kind === 'secret' && code !== 'custom')
    return [{ path, message: 'a secret can stand in env, stdin, answers and passwords only' }]
  if (code === 'unrecognized_keys') return unknownKeys(path, issue.keys, knownKeys)
  const value = node?.kind === 'scalar' ? node.value : undefined
  if (code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? message, isKey: true }]
  if (code === 'invalid_value') return [{ path, ...wrongWord(String(value), issue.values.map(String)) }]
  const isKind = code === 'invalid_type' || code === 'invalid_union'
  const said = isKind ? wrongKind(expectedKinds(issue), node, message) : { message }
  return [{ path, ...said, ...(said.message === trueOrFalse ? hintForFlag(value) : {}) }]
}

/**
 * A union's issue is that of the one branch whose kind fits: a mistake within a map is said as such, and not as
 * "neither text nor a map".
 */
export function withoutUnions(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const isWrongKind = (each: Issue) =>
    each.path.length === 0 && (each.code === 'invalid_type' || each.code === 'invalid_union')
  const fitting = issue.errors.filter((branch) => !branch.flatMap(withoutUnions).some(isWrongKind))
  // A map with a mistake inside is not text with a mistake.
  const deep = issue.errors.filter((branch) => branch.every((each) => each.path.length > 0))
  const [meant] = fitting.length === 1 ? fitting : deep
  if (meant === undefined || (fitting.length !== 1 && deep.length !== 1)) return [issue]
  return meant.flatMap((each) => withoutUnions({ ...each, path: [...issue.path, ...each.path] }))
}

const unknownKeys = (path: Path, keys: readonly string[], knownKeys: KnownKeys): Sentence[] =>
  keys.map((key) => {
    return { path: [...path, key], message: 'unknown key', hint: suggest(key, knownKeys(path)), isKey: true }
  })

type Said = Pick<Sentence, 'message' | 'hint'>

function wrongWord(value: string, words: readonly string[]): Said {
  const hint = suggest(value, words)
  const message = `should be ${listOf(words, 'or')}`
  return hint.startsWith('did') ? { message, hint } : { message }
}

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

function expectedKinds(issue: Issue): string[] {
  if (issue.code === 'invalid_union') return [...new Set(issue.errors.flat().flatMap(expectedKinds))]
  const kind = issue.code === 'invalid_type' ? kinds[issue.expected] : undefined
  return kind === undefined ? [] : [kind]
}

function wrongKind(expected: readonly string[], node: Node | undefined, message: string): Said {
  if (node === undefined) return { message: 'is missing' }
  // The leaf's own sentence says more: `should be a port, 1 to 65535`.
  const should = message.startsWith('Invalid input') ? `should be ${listOf(expected, 'or')}` : message
  if (node.kind !== 'scalar') return { message: `${should}, not a ${node.kind}` }
  const { value, source } = node
  if (value === null) return { message: `${should}, not empty` }
  if (!expected.includes('text') || typeof value === 'string' || should === message) return { message: should }
  return { message: `${should}, not ${value}`, hint: `quote it: "${source}"` }
}

const trueOrFalse = 'should be true or false'

/** `yes`, `no`, `on` and `off` are text since YAML 1.2. */
function hintForFlag(value: unknown): { hint?: string } {
  if (/^(yes|on|y)$/i.test(String(value))) return { hint: `${value} is text in YAML 1.2: write true` }
  return /^(no|off|n)$/i.test(String(value)) ? { hint: `${value} is text in YAML 1.2: write false` } : {}
}
