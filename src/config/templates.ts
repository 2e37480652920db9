import type { Word } from '../shell/command.js'
import { contentNames, contentOf } from './content.js'
import type { Path } from './diagnostic.js'
import type { DeployInput } from './schema.js'
import type { Scope } from './scope.js'
import type { TemplateSpec } from './template-spec.js'
import { fileMode, treePath } from './values.js'

type Written = NonNullable<DeployInput['templates']>[number]

/** The texts that are files of each release. Reports two of them in one place, and what would lie in a shared folder. */
export function resolveTemplates(
  written: readonly Written[],
  path: Path,
  scope: Scope,
  { env, shared }: { readonly env: Readonly<Record<string, Word>>; readonly shared: readonly string[] },
): TemplateSpec[] {
  const names = contentNames(scope.names, env)
  const templates = written.map(({ from, text, to, mode }, i): TemplateSpec => {
    const at = [...path, i]
    return {
      path: scope.checkedText(treePath, to, [...at, 'to']),
      text:
        from === undefined
          ? contentOf(text ?? '', [...at, 'text'], scope, names)
          : { from: scope.text(from, [...at, 'from']), names },
      ...(mode !== undefined && { mode: scope.checkedText(fileMode, mode, [...at, 'mode']) }),
    }
  })
  for (const [i, { path: place }] of templates.entries())
    reportPlace(place, templates.slice(0, i), shared, [...path, i, 'to'], scope)
  return templates
}

function reportPlace(
  place: string,
  earlier: readonly TemplateSpec[],
  shared: readonly string[],
  path: Path,
  { findings }: Scope,
): void {
  if (place.endsWith('/')) findings.report(path, 'should be the path of a file, without / at its end')
  if (place !== '' && earlier.some((other) => other.path === place)) findings.report(path, `${place} is there twice`)
  const outer = shared.find((each) => `${place}/`.startsWith(`${each.replace(/\/$/, '')}/`))
  if (outer !== undefined) findings.report(path, `is in ${outer}, which all releases share`)
}
