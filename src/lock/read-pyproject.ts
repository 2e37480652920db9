import { VenvoyError } from '../errors.js'
import { normalName } from './name.js'
import { parseRequirement } from './requirement.js'
import { readToml, type Table } from './table.js'
import { choose } from './wanted.js'

/**
 * The requirements of a pyproject.toml, as pip reads them: `dependencies`, those of the chosen extras
 * (`optional-dependencies`) and of the chosen groups (`dependency-groups`). The project itself is not among them.
 */
export function readPyproject(
  path: string,
  text: string,
  { extras, groups }: { readonly extras: readonly string[]; readonly groups: readonly string[] },
): string[] {
  const file = readToml(path, text)
  const project = file.table('project')
  if (project?.texts('dynamic').includes('dependencies')) throw dynamic(path)
  const optional = project?.table('optional-dependencies')
  const grouped = file.table('dependency-groups')
  const name = normalName(project?.optionalText('name') ?? '')
  const chosen = choose('extras', extras, optional?.keys ?? [], path).flatMap((extra) =>
    ofExtra(optional!, extra, name),
  )
  const inGroups = choose('groups', groups, grouped?.keys ?? [], path).flatMap((each) => ofGroup(grouped!, each, []))
  return [...new Set([...(project?.texts('dependencies') ?? []), ...chosen, ...inGroups])]
}

/** An extra may name others of the same project: `all = ["shop[redis,s3]"]`. */
function ofExtra(optional: Table, extra: string, project: string, above: readonly string[] = []): string[] {
  const key = optional.keys.find((each) => normalName(each) === extra)
  if (key === undefined || above.includes(extra)) return []
  return optional.texts(key).flatMap((text) => {
    const { name, extras } = parseRequirement(text, optional.where)
    if (name !== project) return [text]
    return extras.flatMap((each) => ofExtra(optional, each, project, [...above, extra]))
  })
}

/** PEP 735: a group may include others. */
function ofGroup(groups: Table, name: string, above: readonly string[]): string[] {
  if (above.includes(name))
    throw new VenvoyError({
      kind: 'config',
      where: groups.where,
      what: 'dependency groups include one another',
      why: [[...above, name].join(' → ')],
    })
  const key = groups.keys.find((each) => normalName(each) === name)
  if (key === undefined) throw groups.fault(name, 'is not there, and another group includes it')
  const items = groups.any(key)
  if (!Array.isArray(items)) throw groups.fault(key, 'should be a list')
  return items.flatMap((item: unknown) => {
    if (typeof item === 'string') return [item]
    const included = (item as Readonly<Record<string, unknown>> | null)?.['include-group']
    if (typeof included !== 'string') throw groups.fault(key, 'should hold requirements and include-group')
    return ofGroup(groups, normalName(included), [...above, name])
  })
}

const dynamic = (path: string) =>
  new VenvoyError({
    kind: 'config',
    where: path,
    what: 'its dependencies are dynamic: only building the project would tell them',
    next: 'name the file that they come from: venv: { requirements: requirements.in }',
  })
