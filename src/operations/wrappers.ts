import { createHash } from 'node:crypto'
import type { InstanceSpec } from '../config/spec.js'
import type { WrapperSpec } from '../config/wrapper-spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts, InstanceFacts, ReleaseReceipt } from '../facts/facts.js'
import type { WrapperNote } from '../facts/service-facts.js'
import type { WrapperFile, WrappersInput } from '../remote/instance-input.js'
import { render } from '../shell/command.js'
import { quote, singleQuote } from '../shell/quote.js'
import { absolute } from './absolute.js'
import { isOneProgram } from './one-program.js'
import { placeOf, stateOf } from './state.js'
import type { HelperStep } from './step.js'
import type { Tree } from './tree.js'

/** The first line of a script that runs in the venv of whichever release serves. */
const bangLine = ({ to }: Pick<InstanceFacts, 'to'>): string => `#!${to}/current/venv/bin/python`

/** What Linux reads of a bang line; older kernels no more than this. */
const longestBangLine = 126

/** Throws where the tree lacks a script, or a bang line could not name the interpreter. */
export function assertWrappers(spec: InstanceSpec, facts: HostFacts, tree: Tree): void {
  const scripts = (spec.wrappers ?? []).filter((each) => each.kind === 'script')
  const line = bangLine(stateOf(spec, facts))
  if (scripts.length > 0 && (/\s/.test(line) || Buffer.byteLength(line) > longestBangLine))
    throw new VenvoyError({
      kind: 'command',
      where: placeOf(spec),
      what: `no bang line can name the interpreter of ${spec.to}`,
      why: [line, `it would have to be without spaces, and no longer than ${longestBangLine} bytes`],
      next: `another deploy.to; or a wrapper with \`run: python ${scripts[0]!.script}\`, which needs no bang line`,
    })
  for (const { script } of scripts) if (digestOfFile(tree, script) === undefined) throw lacking(spec, tree, script)
}

const digestOfFile = ({ entries }: Pick<Tree, 'entries'>, path: string): string | undefined => {
  const entry = entries.find((each) => each.path === path)
  return entry?.kind === 'file' ? entry.digest : undefined
}

/** What a release holds of them, for the helper: the text of each file, or of which script it is made. */
export const wrapperFiles = ({ wrappers = [] }: Pick<InstanceSpec, 'wrappers'>, state: InstanceFacts): WrapperFile[] =>
  wrappers.map((each) =>
    each.kind === 'run'
      ? { path: each.to, text: entering(state.to, each.name) }
      : { path: each.to, script: each.script, bang: bangLine(state) },
  )

// Its text depends on no release.
const entering = (to: string, name: string): string =>
  `#!/bin/sh\n# A wrapper of ${to}, written by venvoy.\nexec ${quote(`${to}/run`)} wrapper ${name} "$@"\n`

/** What `run wrapper NAME` becomes, by names: with the arguments that it is called with behind it. */
export const wrapperTexts = ({ wrappers = [] }: Pick<InstanceSpec, 'wrappers'>): Record<string, string> =>
  Object.fromEntries(
    wrappers.flatMap((each) =>
      each.kind === 'run' ? [[each.name, `${calling(render(each.command, 'shell'))}\n`]] : [],
    ),
  )

const calling = (text: string): string =>
  isOneProgram(text) ? `exec ${text} "$@"` : `exec /bin/sh -c ${singleQuote(text)} "$0" "$@"`

/** What the receipt of a release knows of them, by their paths. */
export const wrapperNotes = (
  spec: Pick<InstanceSpec, 'wrappers'>,
  state: InstanceFacts,
  tree: Pick<Tree, 'entries'>,
): Record<string, WrapperNote> => {
  const files = wrapperFiles(spec, state)
  const commands = wrapperTexts(spec)
  return Object.fromEntries(
    (spec.wrappers ?? []).map((each, i) => {
      const script = each.kind === 'script' ? digestOfFile(tree, each.script) : ''
      const file = digestOf(JSON.stringify([files[i], script]))
      return [each.to, { file, ...(each.kind === 'run' && { command: digestOf(commands[each.name]!) }) }]
    }),
  )
}

/** How they differ from those of the release that serves, a line each. */
export function wrapperLines(
  { wrappers = [] }: Pick<InstanceSpec, 'wrappers'>,
  wanted: Readonly<Record<string, WrapperNote>>,
  { settings }: InstanceFacts,
): string[] {
  const had = settings?.wrappers ?? {}
  const differ = wrappers.filter(({ to }) => JSON.stringify(had[to]) !== JSON.stringify(wanted[to]))
  const gone = Object.keys(had).filter((path) => wanted[path] === undefined)
  return [
    ...differ.map((each) => `${had[each.to] === undefined ? '+' : '~'} wrapper ${each.to}: ${describe(each)}`),
    ...gone.map((path) => `- wrapper ${path}`),
  ]
}

const describe = (wrapper: WrapperSpec): string =>
  wrapper.kind === 'run' ? render(wrapper.command, 'log').trim().split('\n')[0]! : wrapper.script

/** Behind a switch to a release that the spec describes: its wrappers, where one is another than before or is not there. */
export function writeWrappers(
  spec: InstanceSpec,
  facts: HostFacts,
  wanted: Readonly<Record<string, WrapperNote>> = {},
  python: string,
): HelperStep[] {
  const state = stateOf(spec, facts)
  const { wrappers: there = [], settings } = state
  const had = settings?.wrappers ?? {}
  const due = Object.keys(wanted).filter(
    (path) => had[path]?.file !== wanted[path]!.file || !there.includes(absolute(path, facts)),
  )
  const gone = Object.keys(had).filter((path) => wanted[path] === undefined)
  if (due.length + gone.length === 0) return []
  const signOf = (path: string) => (had[path] === undefined || !there.includes(absolute(path, facts)) ? '+' : '~')
  const lines = [...due.map((path) => `${signOf(path)} ${path}`), ...gone.map((path) => `- ${path}`)]
  return [wrapperStep(state, python, due.length > 0 ? 'write wrappers' : 'remove wrappers', lines)]
}

/** Behind a switch to a release that was there before: its wrappers. */
export const restoreWrappers = (state: InstanceFacts, { wrappers }: ReleaseReceipt, python: string): HelperStep[] =>
  wrappers || state.current?.wrappers ? [wrapperStep(state, python, 'write wrappers', [])] : []

/** Which of those that the release has are gone. */
export const missingWrappers = ({ settings, wrappers = [] }: InstanceFacts, facts: HostFacts): string[] =>
  Object.keys(settings?.wrappers ?? {}).filter((path) => !wrappers.includes(absolute(path, facts)))

const wrapperStep = ({ to }: InstanceFacts, python: string, title: string, lines: readonly string[]): HelperStep => ({
  kind: 'helper',
  title,
  lines,
  python,
  action: 'wrappers',
  input: { to } satisfies WrappersInput,
})

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

const lacking = (spec: InstanceSpec, { revision }: Tree, script: string) =>
  new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `${revision} has no file ${script}`,
    why: ['a wrapper is to be made of it'],
    next: 'another `script` in deploy.wrappers, or `run` and a command',
  })
