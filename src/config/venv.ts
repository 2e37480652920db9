import { commandOf } from './command-text.js'
import type { Path } from './diagnostic.js'
import { itemPath } from './groups.js'
import type { VenvInput } from './schema.js'
import type { Scope } from './scope.js'
import type { VenvSpec, WheelsSpec } from './spec.js'
import { flag, hostPath, python, toolVersion, treePath, venvName } from './values.js'

export const defaultHome = '~/.virtualenvs'

/** The venv of one instance: its own keys over the top-level ones. `pathOf` says where a key is written. */
export function resolveVenv(
  top: VenvInput,
  own: VenvInput,
  pathOf: (key: keyof VenvInput) => Path,
  scope: Scope,
): VenvSpec {
  const venv = { ...top, ...own }
  const list = (key: 'requirements' | 'constraints' | 'packages' | 'extras' | 'groups' | 'post_install') =>
    [venv[key] ?? []].flat().map((text, i) => [text, itemPath(pathOf(key), venv[key], i)] as const)
  const files = (key: 'requirements' | 'constraints') =>
    list(key).map(([file, path]) => scope.checkedText(treePath, file, path))
  const folder = (key: 'home' | 'project_home', written: string) =>
    scope.checkedText(hostPath, written, pathOf(key)).replace(/\/+$/, '')
  return {
    name: scope.checkedText(venvName, venv.name ?? '{{ project }}-{{ instance }}', pathOf('name')),
    python: scope.checkedText(python, venv.python ?? '3', pathOf('python')),
    ...(venv.python_pin !== undefined && { pythonPin: venv.python_pin }),
    with: venv.with ?? 'venv',
    ...installerOf(venv, pathOf('installer'), scope),
    requirements: files('requirements'),
    requirementsGiven: venv.requirements !== undefined || venv.packages !== undefined,
    packages: list('packages').map(([text, path]) => scope.text(text, path)),
    constraints: files('constraints'),
    ...(venv.lockfile !== undefined && { lockfile: scope.checkedText(treePath, venv.lockfile, pathOf('lockfile')) }),
    ...(venv.locked !== undefined && { locked: venv.locked }),
    ...(venv.extras !== undefined && { extras: list('extras').map(([text, path]) => scope.text(text, path)) }),
    ...(venv.groups !== undefined && { groups: list('groups').map(([text, path]) => scope.text(text, path)) }),
    ...(venv.index === undefined ? {} : { index: scope.text(venv.index, pathOf('index')) }),
    ...(venv.wheels !== undefined && { wheels: wheelsOf(scope.text(venv.wheels, pathOf('wheels'))) }),
    ...(venv.sdist !== undefined && { sdist: venv.sdist }),
    systemSitePackages: sitePackages(top, own, pathOf, scope),
    ...(scope.checked(flag, venv.compile ?? true, pathOf('compile')) === false && { compile: false }),
    ...(venv.keep !== undefined && { keep: venv.keep }),
    postInstall: list('post_install').map(([text, path]) => commandOf(text, path, scope)),
    ...(venv.verify === 'full' && { verify: venv.verify }),
    ...hooksOf(venv.hooks ?? false, pathOf('hooks'), scope),
    home: folder('home', venv.home ?? defaultHome),
    ...(venv.project_home !== undefined && { projectHome: folder('project_home', venv.project_home) }),
  }
}

const wheelsOf = (written: string): WheelsSpec =>
  written === 'server' || written === 'ship' ? written : { folder: written }

/** uv installs into what it has made, unless something else is said. */
function installerOf({ with: maker, installer }: VenvInput, path: Path, scope: Scope): Pick<VenvSpec, 'installer'> {
  if (installer === undefined) return maker === 'uv' ? { installer: { name: 'uv' } } : {}
  if (typeof installer === 'string') return { installer: { name: installer === 'uv' ? 'uv' : 'pip' } }
  const name = installer.uv === undefined ? 'pip' : 'uv'
  return { installer: { name, version: scope.checkedText(toolVersion, installer[name] ?? '', [...path, name]) } }
}

const hookNames = ['preactivate', 'postactivate', 'predeactivate', 'postdeactivate'] as const

/** A flag says whether they run at all; a map has their texts, too. */
function hooksOf(
  written: NonNullable<VenvInput['hooks']>,
  path: Path,
  scope: Scope,
): Pick<VenvSpec, 'hooks' | 'hookTexts'> {
  if (typeof written !== 'object') return { hooks: scope.checked(flag, written, path) ?? false }
  const texts = hookNames.flatMap((name) => {
    const lines = [written[name] ?? []].flat()
    const own = [...path, name]
    return lines.length === 0
      ? []
      : [[name, lines.map((text, i) => commandOf(text, itemPath(own, written[name], i), scope))]]
  })
  const hooks = scope.checked(flag, written.run ?? false, [...path, 'run']) ?? false
  return texts.length === 0 ? { hooks } : { hooks, hookTexts: Object.fromEntries(texts) }
}

/** Said in either of two ways; an instance may use the one and the top level the other. */
function sitePackages(top: VenvInput, own: VenvInput, pathOf: (key: keyof VenvInput) => Path, scope: Scope): boolean {
  const said = [own, top].find((venv) => venv.system_site_packages !== undefined || venv.no_site_packages !== undefined)
  const { system_site_packages: sees, no_site_packages: isBlind } = said ?? {}
  const isSeeing = scope.checked(flag, sees ?? false, pathOf('system_site_packages')) ?? false
  if (isBlind === undefined) return isSeeing
  if (sees !== undefined)
    scope.findings.report(pathOf('no_site_packages'), 'the opposite of system_site_packages', {
      isKey: true,
      hint: 'say one of them',
    })
  return scope.checked(flag, isBlind, pathOf('no_site_packages')) === false
}
