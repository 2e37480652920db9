import type { Path } from './diagnostic.js'
import { expandName } from './expand-name.js'
import type { FileInput, InstanceInput } from './schema.js'
import type { Reading } from './scope.js'
import { name as nameLeaf } from './values.js'

/** An instance of the file, and where what it says is written. */
export interface Written {
  readonly name: string
  /** Its key in the file, which may stand for several: `client-{1..20}`. */
  readonly key: string
  readonly input: InstanceInput
}

/** The path of what counts for an instance: its own word, or else the top-level one. */
export function pathIn({ key, input }: Written, section: 'venv' | 'deploy', field: string): Path {
  const isOwn = Object.hasOwn(input[section] ?? {}, field)
  return isOwn ? ['instances', key, section, field] : [section, field]
}

/** The instances of the file by name, patterns expanded. */
export function nameInstances(file: FileInput, { findings }: Reading): Written[] {
  const keys = new Map<string, string>()
  return Object.entries(file.instances ?? {}).flatMap(([key, input]) => {
    const path = ['instances', key]
    const expanded = expandName(key)
    if ('problem' in expanded) findings.report(path, expanded.problem, { isKey: true })
    const names = 'problem' in expanded ? [] : expanded.names
    const misnamed = names.map((name) => nameLeaf.safeParse(name).error?.issues[0]?.message).find(Boolean)
    if (misnamed !== undefined) findings.report(path, misnamed, { isKey: true })
    const twice = names.find((name) => keys.has(name))
    if (twice !== undefined) findings.report(path, `${twice} is also made by ${keys.get(twice)}`, { isKey: true })
    if (misnamed !== undefined || twice !== undefined) findings.doubt(key)
    else for (const name of names) keys.set(name, key)
    return names.filter((name) => keys.get(name) === key).map((name) => ({ name, key, input: input ?? {} }))
  })
}
