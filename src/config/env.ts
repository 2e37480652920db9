import { type Secret, secret, type Word } from '../shell/command.js'
import type { Path } from './diagnostic.js'
import { SecretName } from './node.js'
import { asText, envNameOf, type Names, type Scope } from './scope.js'

export type EnvValue = string | number | boolean | SecretName

/** Env variables as written, each with its place. */
export type EnvInput = ReadonlyMap<string, { value: EnvValue; path: Path }>

/** Env variables for one target: filled in, secrets looked up. */
export function envOf(written: EnvInput, scope: Scope): Record<string, Word> {
  const words = [...written].map(([name, { value, path }]): [string, Word] => {
    return [name, value instanceof SecretName ? secretOf(value.name, path, scope) : scope.text(value, path)]
  })
  return Object.fromEntries(words)
}

/** Whatever `{{ }}` knows, as env variables: PORT, VENVOY_INSTANCE, VENVOY_VAR_domain. */
export function envOfNames(names: Names): Record<string, string> {
  return Object.fromEntries([...names].map(([name, value]) => [envNameOf(name), asText(value)]))
}

/** The value of `!secret NAME`; that it is not set is a mistake. */
export function secretOf(name: string, path: Path, scope: Scope): Secret {
  const value = scope.secret(name)
  if (value === undefined) {
    const hint = `set it here, as in ${name}=… venvoy …`
    scope.findings.report(path, `the env variable ${name} is not set`, { hint })
  }
  return secret(name, value ?? '')
}
