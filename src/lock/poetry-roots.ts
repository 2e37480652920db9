import { VenvoyError } from '../errors.js'
import { normalName } from './name.js'
import { parseMarker } from './parse-marker.js'
import type { Edge } from './reach.js'
import { parseRequirement } from './requirement.js'
import { readToml, type Table } from './table.js'
import type { Chosen } from './wanted.js'

interface Older {
  readonly path: string
  readonly file: Table
  readonly packages: readonly Table[]
  readonly chosen: Chosen
  readonly pyproject: string | undefined
}

/** What the project asks for, where its poetry.lock does not say: the requirements of pyproject.toml. */
export function olderRoots({ path, file, packages, chosen, pyproject }: Older): Edge[] {
  if (pyproject === undefined) return byCategory(path, packages, chosen)
  const project = readToml('pyproject.toml', pyproject)
  const poetry = project.table('tool')?.table('poetry')
  const groups = chosen.groups.filter((group) => group !== 'main')
  const wantedByExtras = extrasOf(file, chosen)
  return [
    ...(project.table('project')?.texts('dependencies') ?? []).flatMap(ofRequirement),
    ...ofTable(poetry?.table('dependencies'), wantedByExtras),
    ...groups.flatMap((group) => ofTable(groupOf(poetry, group), wantedByExtras)),
    ...wantedByExtras.map((to): Edge => ({ to, marker: true })),
  ]
}

function ofRequirement(text: string): Edge[] {
  const { name, extras, marker = true } = parseRequirement(text, 'pyproject.toml')
  return [{ to: name, marker }, ...extras.map((extra): Edge => ({ to: `${name} ${extra}`, marker }))]
}

function groupOf(poetry: Table | undefined, group: string): Table | undefined {
  const table = poetry?.table('group')?.table(group)?.table('dependencies')
  return table ?? (group === 'dev' ? poetry?.table('dev-dependencies') : undefined)
}

function ofTable(table: Table | undefined, wantedByExtras: readonly string[]): Edge[] {
  return (table?.keys ?? []).flatMap((key) => {
    const name = normalName(key)
    const value = table!.any(key)
    if (name === 'python') return []
    const ways = Array.isArray(value) ? table!.tables(key) : typeof value === 'string' ? [] : [table!.table(key)!]
    if (ways.length === 0) return [{ to: name, marker: true }]
    return ways
      .filter((way) => !way.isTrue('optional') || wantedByExtras.includes(name))
      .flatMap((way): Edge[] => {
        const written = way.optionalText('markers')
        const marker = written === undefined ? true : parseMarker(written, 'pyproject.toml')
        return [
          { to: name, marker },
          ...way.texts('extras').map((extra) => ({ to: `${name} ${normalName(extra)}`, marker })),
        ]
      })
  })
}

function extrasOf(file: Table, { extras }: Chosen): string[] {
  const table = file.table('extras')
  return (table?.keys ?? [])
    .filter((key) => extras.includes(normalName(key)))
    .flatMap((key) => table!.texts(key).map((text) => normalName(text.split(/[\s([<>=!~;]/)[0]!)))
}

/** Without pyproject.toml: the oldest files at least say `category`. */
function byCategory(path: string, packages: readonly Table[], { groups }: Chosen): Edge[] {
  if (!packages.every((each) => each.has('category')))
    throw new VenvoyError({
      kind: 'config',
      where: path,
      what: 'it does not say which packages are wanted, and there is no pyproject.toml beside it that does',
      next: 'put pyproject.toml into the source, or lock again with poetry 2: poetry lock',
    })
  return packages
    .filter((each) => !each.isTrue('optional') && groups.includes(each.text('category')))
    .map((each) => ({ to: normalName(each.text('name')), marker: true }))
}
