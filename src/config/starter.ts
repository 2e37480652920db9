import type { Draft } from './draft.js'
import type { WebApp } from './web-app.js'

/** The text of a first deploy.yml: short, commented, and only keys that this version has. */
export function starterText(draft: Draft): string {
  const parts = [head(draft), source(draft), hosts(draft), venv(draft), env(draft), instances(draft)]
  return `${[...parts, deploy(draft), tasks(draft)]
    .filter((part) => part.length > 0)
    .map((part) => aligned(part).join('\n'))
    .join('\n\n')}\n`
}

/** A line, and what is to be said of it. */
type Line = string | readonly [line: string, comment: string]

/** The comments of a part stand below each other. */
function aligned(lines: readonly Line[]): string[] {
  const commented = lines.filter((line) => typeof line !== 'string')
  const width = Math.min(60, Math.max(0, ...commented.map(([line]) => line.length)))
  return lines.map((line) => (typeof line === 'string' ? line : `${line[0].padEnd(width)}  # ${line[1]}`))
}

const head = ({ project }: Draft): Line[] => [
  '# What is deployed, and where to. `venvoy check` says what would stop a deploy, `venvoy plan` what it would do.',
  '# `venvoy schema > deploy.schema.json` gives editors every key, with what it means.',
  `project: ${scalar(project)}`,
]

function source({ git }: Draft): Line[] {
  if (git === undefined)
    return [['source: { path: . }', 'the files of this folder that git or .gitignore do not leave out']]
  return [
    'source:',
    [`  git: ${scalar(git.url)}`, 'what is pushed there is deployed, not the files here'],
    ...(git.ref === undefined ? [] : [[`  ref: ${scalar(git.ref)}`, 'a branch, tag or commit'] as const]),
    ...(git.subdirectory === undefined ? [] : [`  subdirectory: ${scalar(git.subdirectory)}`]),
  ]
}

function hosts({ hosts: all, needsHost, knownHosts }: Draft): Line[] {
  const known = knownHosts.slice(0, 8)
  const more = knownHosts.length > known.length ? ', …' : ''
  return [
    'hosts:',
    ...(known.length === 0 ? [] : [`  # ssh_config knows: ${known.join(', ')}${more}`]),
    ...all.map(({ name, address }): Line => {
      const comment = needsHost ? 'an example: put your host here' : 'user@address:port; ssh_config counts too'
      return [`  ${scalar(name)}: ${scalar(address)}`, comment]
    }),
  ]
}

function venv({ python, install }: Draft): Line[] {
  const lines: Line[] = ['venv:', [`  python: ${quoted(python.version)}`, python.why]]
  if (install.kind === 'nothing') return [...lines, ['  # packages: [django]', 'or requirements: requirements.txt']]
  if (install.kind === 'lockfile')
    return [...lines, [`  lockfile: ${scalar(install.file)}`, 'exactly that, with hashes: a file of the source']]
  if (install.kind === 'file') {
    const comment = install.make === undefined ? 'a file of the source' : `made by: ${install.make}`
    return [...lines, [`  requirements: ${scalar(install.file)}`, comment]]
  }
  const [only, ...others] = install.packages
  if (others.length === 0) return [...lines, [`  packages: [${quoted(only!)}]`, install.why]]
  return [...lines, ['  packages:', install.why], ...install.packages.map((each) => `    - ${quoted(each)}`)]
}

function env({ app, project }: Draft): Line[] {
  const secret = `${project.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_SECRET_KEY`
  const name = /^[A-Z]/.test(secret) ? secret : 'SECRET_KEY'
  const example: Line = [`  # SECRET_KEY: !secret ${name}`, `the value of ${name} where venvoy runs; it never shows`]
  if (app === undefined) return []
  const own = envOf(app)
  return [own.length === 0 ? '# env:' : 'env:', ...own, example]
}

function envOf(app: WebApp): string[] {
  if (app.kind === 'django' && app.settings !== undefined) return [`  DJANGO_SETTINGS_MODULE: ${scalar(app.settings)}`]
  return app.kind === 'flask' ? [`  FLASK_APP: ${scalar(app.app)}`] : []
}

function instances({ app, hosts: all, git }: Draft): Line[] {
  const names = all.map(({ name }) => scalar(name)).join(', ')
  const port = (number: number) => (app === undefined ? '' : `, port: ${number}`)
  const ref = git === undefined ? '' : ', source: { ref: v1.0 }'
  return [
    'instances:',
    [`  staging: { hosts: [${names}]${port(8001)} }`, 'its own venv, its own folder, its own env'],
    `  # production: { hosts: [${names}]${port(8002)}${ref} }`,
  ]
}

function deploy({ app }: Draft): Line[] {
  const after: Line = ['  # after_switch: [systemctl --user restart web]', 'what makes the new release serve']
  if (app === undefined) return ['# deploy:', after]
  return ['deploy:', ['  before_switch:', 'in the new release and its venv, before it serves'], ...checks(app), after]
}

function checks(app: WebApp): string[] {
  if (app.kind === 'django') return ['    - { run: python manage.py migrate --noinput, once: true }']
  if (app.kind === 'flask') return ['    - flask routes']
  return [`    - python -c 'from ${app.app.replace(':', ' import ')}'`]
}

function tasks({ app }: Draft): Line[] {
  const check = app?.kind === 'django' ? 'python manage.py check --deploy' : 'python -m pip check'
  return [
    'tasks:',
    [`  check: ${check}`, 'venvoy run check: in the venv and the folder of the instance'],
    '  uptime: { desc: How busy are the hosts?, on: hosts, run: uptime }',
  ]
}

/** Text as YAML reads it: in quotes where it could be anything else. */
function scalar(text: string): string {
  // `web1`, `deploy@web1.example.com:22`, `requirements/base.txt`
  const isPlain = /^[A-Za-z][\w.@/+-]*(?::[\w./+-]+)*$/.test(text)
  const meansElse = /^(?:true|false|null|yes|no|on|off|nan|inf)$/i.test(text)
  return isPlain && !meansElse ? text : quoted(text)
}

const quoted = (text: string): string => JSON.stringify(text)
