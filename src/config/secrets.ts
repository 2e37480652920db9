import { render, type Secret, secret } from '../shell/command.js'
import { commandOf } from './command-text.js'
import type { Path } from './diagnostic.js'
import { Scope, type SecretReader } from './scope.js'
import { type SecretAnswer, type SecretPlace, type SecretSource, secretKey } from './secret-source.js'
import type { SecretMap, WrittenSecret } from './written-secret.js'

/** `secrets:` of the file. */
export type SecretsInput = Readonly<Record<string, SecretMap>>

export interface SecretLookups {
  env(name: string): string | undefined
  /** What is known of a source that is not the env; undefined where nobody has looked. */
  secret?(source: SecretSource, isNeeded: boolean): SecretAnswer | undefined
  /** Whether a place must have its secrets; where not, a missing one is empty. Default: everywhere. */
  needsSecrets?(place: SecretPlace): boolean
}

/** A source, and where it is written. */
interface Candidate {
  readonly source: SecretSource
  readonly path: Path
}

/** For what cannot hold a secret. */
export const noSecrets: SecretReader = (_, path) => secret(String(path.at(-1)), '')

/**
 * Reads secrets for each place. What `!secret NAME` names is looked for in the env first, so that CI can give it, then in
 * `secrets:`. All values that were found are added to `found`, by their sources.
 */
export function secretsOf(
  definitions: SecretsInput,
  lookups: SecretLookups,
  found: Map<string, Secret>,
): (place: SecretPlace) => SecretReader {
  const { env, secret: answerOf = () => undefined, needsSecrets = () => true } = lookups
  return (place) => {
    const isNeeded = needsSecrets(place)
    return (written, path, scope) => {
      const label = labelOf(written, path)
      const candidates = candidatesOf(written, path, scope, definitions)
      for (const { source, path: at } of candidates) {
        const value = source.from === 'env' ? env(source.name) : undefined
        const answer = value === undefined && source.from !== 'env' ? answerOf(source, isNeeded) : value && { value }
        if (answer && 'value' in answer) return keep(found, source, secret(label, answer.value))
        if (answer && isNeeded) scope.findings.report(at, answer.trouble, { hint: answer.hint })
      }
      const isUnset = candidates.every(({ source }) => source.from === 'env')
      // Most hosts do not ask: where one does, it is told there.
      if (isUnset && isNeeded && place.use !== 'sudo') reportUnset(candidates.at(-1), path, scope)
      return secret(label, '')
    }
  }
}

function keep(found: Map<string, Secret>, source: SecretSource, value: Secret): Secret {
  const key = secretKey(source)
  // The same value under two names keeps its first: that is what people are shown.
  if (!found.has(key)) found.set(key, value)
  return value
}

function reportUnset(last: Candidate | undefined, path: Path, { findings }: Scope): void {
  if (last?.source.from !== 'env') return
  const { name } = last.source
  const hint = `set it here, as in ${name}=… venvoy …`
  findings.report(path, `the env variable ${name} is not set`, { hint })
}

/** What people see instead of the value. */
const labelOf = ({ said }: WrittenSecret, path: Path): string =>
  typeof said === 'string' ? said : (said.env ?? String(path.at(-1)))

function candidatesOf({ said }: WrittenSecret, path: Path, scope: Scope, definitions: SecretsInput): Candidate[] {
  if (typeof said !== 'string') return [{ source: sourceOf(said, path, scope), path }]
  const env: Candidate = { source: { from: 'env', name: said }, path }
  const definition = Object.hasOwn(definitions, said) ? definitions[said] : undefined
  const at = ['secrets', said]
  return definition === undefined ? [env] : [env, { source: sourceOf(definition, at, scope), path: at }]
}

/** Filled in for the instance or host; a step's own names are not known before it runs. */
function sourceOf({ env, file, command, ask, whole }: SecretMap, path: Path, { names, findings }: Scope): SecretSource {
  const ownNames = [...names].filter(([name]) => !/^(params|item)(\.|$)/.test(name))
  const scope = new Scope(new Map(ownNames), findings, noSecrets)
  if (env !== undefined) return { from: 'env', name: scope.text(env, [...path, 'env']) }
  if (file !== undefined) return { from: 'file', path: scope.text(file, [...path, 'file']) }
  if (ask !== undefined) return { from: 'ask', question: scope.text(ask, [...path, 'ask']) }
  const text = render(commandOf(command ?? '', [...path, 'command'], scope), 'shell')
  return { from: 'command', command: text, whole: whole ?? false }
}
