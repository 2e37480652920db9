import type { Word } from '../shell/command.js'
import type { Path } from './diagnostic.js'
import { asText, envNameOf, type Names, type Scope } from './scope.js'
import { WrittenSecret } from './written-secret.js'

export type EnvValue = string | number | boolean | WrittenSecret

/** Env variables as written, each with its place. */
export type EnvInput = ReadonlyMap<string, { value: EnvValue; path: Path }>

/** Env variables for one target: filled in, secrets looked up. */
export function envOf(written: EnvInput, scope: Scope): Record<string, Word> {
  const words = [...written].map(([name, { value, path }]): [string, Word] => {
    return [name, value instanceof WrittenSecret ? scope.secret(value, path, scope) : scope.text(value, path)]
  })
  return Object.fromEntries(words)
}

/** Whatever `{{ }}` knows, as env variables: PORT, VENVOY_INSTANCE, VENVOY_VAR_domain. */
export function envOfNames(names: Names): Record<string, string> {
  return Object.fromEntries([...names].map(([name, value]) => [envNameOf(name), asText(value)]))
}
