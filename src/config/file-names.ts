import { isMap, isScalar, parseDocument } from 'yaml'
import { expandName } from './expand-name.js'

/** Names that may be typed, each with what is said of it; often nothing. */
export type Named = ReadonlyMap<string, string>

export interface FileNames {
  readonly instances: Named
  readonly hosts: Named
  readonly groups: Named
  readonly tasks: Named
}

// What a shell and a terminal take as it is: `web1.example.com`, `db-dump`
const harmless = /^[A-Za-z0-9][A-Za-z0-9._:@-]*$/

/**
 * The names in deploy.yml and its overlay, for completion: quickly, whatever else is wrong with the files. A name that a
 * shell could take for something else is left out.
 */
export function fileNames(texts: readonly string[]): FileNames {
  const documents = texts.map((text) => parseDocument(text, { logLevel: 'silent', uniqueKeys: false }))
  const named = (section: string): Named => {
    const maps = documents.map((document) => (isMap(document.contents) ? document.get(section, true) : undefined))
    const pairs = maps.flatMap((map) => (isMap(map) ? map.items : []))
    return new Map(
      pairs.flatMap(({ key, value }) => {
        const description = isMap(value) ? oneLine(value.get('desc')) : ''
        return namesOf(key).map((name) => [name, description] as const)
      }),
    )
  }
  return { instances: named('instances'), hosts: named('hosts'), groups: named('groups'), tasks: named('tasks') }
}

function namesOf(key: unknown): string[] {
  const written = isScalar(key) ? (key.source ?? String(key.value)) : ''
  const expanded = expandName(written)
  return 'names' in expanded ? expanded.names.filter((name) => harmless.test(name)) : []
}

// Control characters, line breaks and tabs have a meaning for those who read the list.
const oneLine = (text: unknown): string => (typeof text === 'string' ? text.replace(/[\p{Cc}\s]+/gu, ' ').trim() : '')
