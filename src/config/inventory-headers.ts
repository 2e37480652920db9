import type { Secret } from '../shell/command.js'
import { describeDiagnostics, sortDiagnostics } from './diagnostic.js'
import { Findings } from './findings.js'
import type { InventoryEntry } from './inventory.js'
import { readLayers, type Texts } from './layers.js'
import { find, toValue } from './node.js'
import { secretDefinitions } from './schema.js'
import { Scope } from './scope.js'
import { type SecretLookups, secretsOf } from './secrets.js'
import { textOrSecret } from './step-input.js'

/** What goes with a request, by name. */
export type Headers = Readonly<Record<string, string | Secret>>

/** The headers of each entry with their secrets, or the text of all that is wrong with these. */
export function readHeaders(
  texts: Texts,
  entries: readonly InventoryEntry[],
  lookups: SecretLookups,
): { readonly headers: readonly Headers[]; readonly trouble?: string } {
  const { root, files } = readLayers(texts)
  const findings = new Findings(root)
  const written = root && find(root, ['secrets'])?.node
  const definitions = (written && secretDefinitions.safeParse(toValue(written)).data) ?? {}
  const reader = secretsOf(definitions, lookups, new Map())({ host: '' })
  const scope = new Scope(new Map(), findings, reader)
  const headers = entries.map(({ input, path }) =>
    Object.fromEntries(
      Object.entries(input.headers ?? {}).map(([name, value]) => [
        name,
        textOrSecret(value, [...path, 'headers', name], scope),
      ]),
    ),
  )
  const { diagnostics } = findings
  return {
    headers,
    ...(diagnostics.length > 0 && { trouble: describeDiagnostics(sortDiagnostics(diagnostics, files)) }),
  }
}
