import { createHash } from 'node:crypto'
import type { HookName, InstanceSpec } from '../config/spec.js'
import type { BuiltVenv, InstanceFacts } from '../facts/facts.js'
import activateThis from '../remote/wrapper/activate_this.py'
import details from '../remote/wrapper/details.sh'
import { render } from '../shell/command.js'
import { singleQuote } from '../shell/quote.js'
import { withoutCredentials } from './fingerprint.js'
import type { HelperStep } from './step.js'

/** A file of a venv that people's tools look for; `isProgram`: run by itself, not read by a shell. */
interface WrapperFile {
  readonly text: string
  readonly isProgram: boolean
}

/** What virtualenvwrapper and its users look for in a venv, by path in it; the digest of all that. */
export interface WrapperFiles {
  readonly digest: string
  readonly files: Readonly<Record<string, WrapperFile>>
}

/**
 * The files of an instance's venv. `deployed`: there is, or will be, a release that `cdproject` can go to. `lockfile`: its path
 * in the tree, where one counts.
 */
export function wrapperFiles(
  spec: InstanceSpec,
  { to }: InstanceFacts,
  deployed: boolean,
  lockfile?: string,
): WrapperFiles {
  const hooks = Object.entries(spec.venv.hookTexts ?? {}).map(([name, commands]) => {
    const text = commands.map((command) => render(command, 'shell')).join('\n')
    return [`bin/${name}`, hookFile(name as HookName, `${text}\n`)] as const
  })
  const files: Record<string, WrapperFile> = {
    ...(deployed && { '.project': { text: `${to}/current/tree\n`, isProgram: false } }),
    'bin/activate_this.py': { text: activateThis, isProgram: false },
    'bin/get_env_details': { text: detailsOf(spec, to, lockfile), isProgram: true },
    ...Object.fromEntries(hooks),
  }
  const tagged = Object.fromEntries(Object.entries(files).map(([path, file]) => [path, withTag(path, file)]))
  return { digest: digestOf(JSON.stringify(tagged)), files: tagged }
}

/** Brings the files of a venv that is there up to what deploy.yml says; nothing where they are. */
export function wrapperStep(spec: InstanceSpec, home: string, venv: BuiltVenv, wanted: WrapperFiles): HelperStep[] {
  if (venv.wrapper?.digest === wanted.digest) return []
  const step: HelperStep = {
    kind: 'helper',
    title: `write the hooks and details of venv ${spec.venv.name}`,
    lines: Object.keys(wanted.files),
    python: venv.receipt.python.real,
    action: 'wrapper',
    input: { home, name: spec.venv.name, venv: venv.path, wrapper: wanted },
  }
  return [step]
}

/** What deploy.yml says and somebody's own file is in the way of. */
export const wrapperNotes = (venv: BuiltVenv): string[] =>
  (venv.wrapper?.kept ?? []).map(
    (path) => `${venv.path}/${path} is somebody's own and stays; where it is removed, the next deploy writes its own`,
  )

// 'preactivate' is run by itself; the shell reads the others
function hookFile(name: HookName, text: string): WrapperFile {
  const isProgram = name === 'preactivate'
  return { text: isProgram && !text.startsWith('#!') ? `#!/bin/sh\n${text}` : text, isProgram }
}

function detailsOf({ name, project, venv }: InstanceSpec, to: string, lockfile: string | undefined): string {
  const installs = [lockfile ?? venv.requirements, venv.packages.map(withoutCredentials)].flat().join(', ')
  const said = { instance: `${name} of ${project}`, to, installs: installs || 'nothing' }
  const lines = Object.entries(said).map(([key, value]) => `${key}=${singleQuote(value)}`)
  return ['#!/bin/sh', ...lines, withoutComments(details)].join('\n')
}

/**
 * The line by which a file is known as venvoy's: with the digest of all other lines, so that one which a person has changed is
 * known as theirs. It is the first, or the second behind `#!`. `.project` holds nothing but its one line.
 */
function withTag(path: string, { text, isProgram }: WrapperFile): WrapperFile {
  if (path === '.project') return { text, isProgram }
  const tag = `# venvoy ${digestOf(text)}: written by a deploy. Without this line the file is yours.`
  const [first = '', ...rest] = text.split('\n')
  const lines = first.startsWith('#!') ? [first, tag, ...rest] : [tag, first, ...rest]
  return { text: lines.join('\n'), isProgram }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)

// A whole line of comment: `  # why\n`
const withoutComments = (text: string): string => text.replace(/^[ \t]*#.*\n/gm, '')
