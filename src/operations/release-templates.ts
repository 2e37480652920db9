import { isSecret, plainText } from '../config/content.js'
import type { Content } from '../config/file-work.js'
import type { InstanceSpec } from '../config/spec.js'
import type { TemplateSpec } from '../config/template-spec.js'
import { VenvoyError } from '../errors.js'
import type { InstanceFacts } from '../facts/facts.js'
import type { ReleaseInput } from '../remote/instance-input.js'
import { changedValues } from './keyed-digest.js'
import { placeOf } from './state.js'
import type { Tree } from './tree.js'

type Templated = Pick<InstanceSpec, 'templates'>

/** The templates as the helper takes them. */
export const templateInputs = ({ templates = [] }: Templated): NonNullable<ReleaseInput['templates']> =>
  templates.map((template) => ({ path: template.path, text: textOf(template), mode: modeOf(template) }))

/** How the templates differ from those of the release that serves, a line each, without their texts. */
export function templateLines({ templates = [] }: Templated, { current, salt }: InstanceFacts): string[] {
  const wanted = templates.map((template) => {
    const secrets = contentOf(template).filter((part) => typeof part !== 'string')
    const value = `${modeOf(template).toString(8)} ${textOf(template)}`
    const known = { value, isSecret: secrets.length > 0, isUnknown: secrets.some((each) => each.value === '') }
    return [template.path, known] as const
  })
  return changedValues('template', current?.templates ?? {}, Object.fromEntries(wanted), salt)
}

/** Throws where the tree has a folder in the place of a template, or something else than a folder on the way there. */
export function assertPlaces(spec: InstanceSpec, tree: Tree): void {
  for (const { path } of spec.templates ?? []) {
    const inside = tree.entries.find((entry) => entry.path.startsWith(`${path}/`))
    if (inside !== undefined) throw misfit(spec, tree, path, 'folder')
    const above = tree.entries.find((entry) => path.startsWith(`${entry.path}/`))
    if (above !== undefined) throw misfit(spec, tree, above.path, above.kind)
  }
}

/** Octal, as `open` takes it. */
function modeOf(template: TemplateSpec): number {
  return Number.parseInt(template.mode ?? (isSecret(contentOf(template)) ? '600' : '644'), 8)
}

const textOf = (template: TemplateSpec): string => plainText(contentOf(template))

function contentOf({ path, text }: TemplateSpec): Content {
  if ('from' in text) throw new TypeError(`the template ${path} was not read`)
  return text
}

const misfit = (spec: InstanceSpec, { revision }: Tree, path: string, kind: string) =>
  new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `${path} of ${revision} is a ${kind}`,
    why: ['a template is to be written there'],
    next: 'choose another `to` for it in deploy.templates',
  })
