import { posix } from 'node:path'
import type { InstanceSpec } from '../config/spec.js'
import type { BuiltVenv, HostFacts, InstanceFacts, Interpreter } from '../facts/facts.js'
import type { PinnedPackage } from '../lock/lock.js'
import { pin } from '../lock/pin.js'
import type { VenvInput } from '../remote/venv-input.js'
import { render } from '../shell/command.js'
import { driftReason } from './drift.js'
import { cachedTree, plural } from './files.js'
import { fingerprint, pinnedInputs, venvInputs, withoutCredentials } from './fingerprint.js'
import { chooseInterpreter } from './interpreter.js'
import { lackNotes } from './lack-notes.js'
import {
  assertWheels,
  checkHashes,
  lockedInput,
  lockedLines,
  sdistNotes,
  unlockedLines,
  unlockedNotes,
} from './locked.js'
import { goesOnWith, noteStep, suits } from './noted.js'
import { type RequirementsFiles, requirementLines } from './requirements.js'
import { placeOf, stateOf } from './state.js'
import type { FilesStep, HelperStep } from './step.js'
import type { Tree } from './tree.js'
import { assertUvKnows, chooseUv, toolLines } from './uv.js'
import { sendWheels, type ToSend, wheelsInput } from './wheels.js'
import { type WrapperFiles, wrapperFiles, wrapperNotes, wrapperStep } from './wrapper.js'

/** What a venv is built from, beside its spec. */
interface VenvSources {
  readonly requirements: RequirementsFiles
  /** Needed where the requirements refer to its files. */
  readonly tree?: Tree
  /** Whether it is for a release: then `cdproject` has somewhere to go. Default: whether one serves. */
  readonly deploys?: boolean
}

/** The venv that an instance is to have. No steps: it is there. */
export interface VenvWork {
  readonly path: string
  readonly fingerprint: string
  /** A Python of the host's that can run the helper. */
  readonly python: string
  readonly steps: readonly (HelperStep | FilesStep)[]
  readonly notes: readonly string[]
}

/**
 * A venv as the spec has it: one that was built from the same inputs and whose interpreter is unchanged, or else a new one
 * beside all others. Throws where the host has no interpreter for it.
 */
export function venv(spec: InstanceSpec, facts: HostFacts, sources: VenvSources): VenvWork {
  const state = stateOf(spec, facts)
  const wrapper = wrapperFiles(
    spec,
    state,
    sources.deploys ?? state.current !== undefined,
    sources.requirements.lockfile?.path,
  )
  const wanted = wantedOf(spec, facts, state, sources)
  if ('ready' in wanted) return refreshed(spec, state, wanted, wrapper)
  const { interpreter, pinned } = wanted
  const { wheels, lockfile } = sources.requirements
  return {
    path: freePlace(spec, state, wanted.fingerprint),
    fingerprint: wanted.fingerprint,
    python: interpreter.path,
    steps: [
      ...(wheels && lockfile ? [sendWheels(interpreter.path, lockfile.path, wheels)] : []),
      build(spec, state, { ...wanted, wrapper, ...sources }),
    ],
    notes: [
      ...lackNotes(spec.venv, interpreter, wheels),
      ...unlockedNotes(spec.venv, sources.requirements),
      ...sdistNotes(pinned),
    ],
  }
}

/** What has to be sent for a venv whose host needs no index; nothing where it, or its packages, are there. */
export function packagesToSend(spec: InstanceSpec, facts: HostFacts, sources: VenvSources): ToSend | undefined {
  if (!sendsWheels(spec, sources)) return undefined
  const state = stateOf(spec, facts)
  const wanted = wantedOf(spec, facts, state, sources)
  if ('ready' in wanted || hasBase(state, wanted.fingerprint)) return undefined
  const { lockfile } = sources.requirements
  return lockfile && { lockfile, interpreter: wanted.interpreter, system: facts.system, packages: wanted.pinned ?? [] }
}

const sendsWheels = ({ venv }: InstanceSpec, { requirements: { lockfile } }: VenvSources): boolean =>
  lockfile !== undefined && (venv.wheels ?? 'server') !== 'server'

/** A venv that is there, and the inputs that it is to suit. */
interface Ready {
  readonly inputs: string
  readonly ready: BuiltVenv
}

/** A venv that is to be built. */
interface Wanted {
  readonly inputs: string
  readonly fingerprint: string
  readonly interpreter: Interpreter
  readonly uv: VenvInput['uv']
  readonly pinned: readonly PinnedPackage[] | undefined
}

function wantedOf(
  spec: InstanceSpec,
  facts: HostFacts,
  state: InstanceFacts,
  { requirements, tree }: VenvSources,
): Wanted | Ready {
  const inputs = venvInputs(spec.venv, requirements, tree)
  const ready = findReady(spec, state, (each) => each.sound && suits(each, inputs))
  if (ready !== undefined) return { inputs, ready }
  const interpreter = chooseInterpreter(spec.venv.python, facts.interpreters, placeOf(spec))
  const pinned = requirements.lockfile && pin(requirements.lockfile, interpreter, facts.system)
  if (requirements.lockfile && pinned) checkHashes(requirements.lockfile, pinned)
  const exact = pinned ? pinnedInputs(spec.venv, requirements, pinned, tree) : inputs
  const name = fingerprint(exact, interpreter, spec.venv.pythonPin)
  // The lockfile may have changed for other interpreters only, or the interpreter as python_pin allows.
  const same = findReady(
    spec,
    state,
    (each) =>
      (each.sound && each.receipt.fingerprint === name) ||
      (goesOnWith(each, interpreter, spec.venv.pythonPin) &&
        (suits(each, inputs) || each.receipt.fingerprint === name)),
  )
  if (same !== undefined) return { inputs, ready: same }
  assertUvKnows(spec, interpreter)
  if (!hasBase(state, name)) assertWheels(spec, requirements, pinned)
  return { inputs, fingerprint: name, interpreter, uv: chooseUv(spec.venv, facts), pinned }
}

/** It is there; only what people's tools look for in it may have to be written anew. */
function refreshed(
  spec: InstanceSpec,
  { home }: InstanceFacts,
  { ready, inputs }: Ready,
  wrapper: WrapperFiles,
): VenvWork {
  const { path, receipt } = ready
  return {
    path,
    fingerprint: receipt.fingerprint,
    python: receipt.python.real,
    steps: [...noteStep(ready, inputs), ...wrapperStep(spec, home, ready, wrapper)],
    notes: wrapperNotes(ready),
  }
}

type Test = (venv: BuiltVenv) => boolean

function findReady(spec: InstanceSpec, state: InstanceFacts, isSame: Test): BuiltVenv | undefined {
  return known(state).find((each) => isSame(each) && isInPlace(spec, state, each.path))
}

const known = ({ served, built = [] }: InstanceFacts): BuiltVenv[] => [...(served ? [served] : []), ...built]

/** `<home>/.venvoy/<fingerprint>[.N]/<name>` */
function isInPlace(spec: InstanceSpec, { home }: InstanceFacts, path: string): boolean {
  return posix.basename(path) === spec.venv.name && posix.dirname(posix.dirname(path)) === `${home}/.venvoy`
}

/** The first folder of that fingerprint whose venv has no receipt: what has one may be running. The helper counts alike. */
function freePlace(spec: InstanceSpec, state: InstanceFacts, name: string): string {
  const taken = new Set(known(state).map(({ path }) => path))
  const place = (number: number): string =>
    `${state.home}/.venvoy/${name}${number === 0 ? '' : `.${number}`}/${spec.venv.name}`
  let number = 0
  while (taken.has(place(number))) number++
  return place(number)
}

interface Build extends VenvSources, Wanted {
  readonly wrapper: WrapperFiles
}

function build(spec: InstanceSpec, state: InstanceFacts, from: Build): HelperStep {
  const { inputs, fingerprint, interpreter, uv, requirements, pinned, wrapper, tree } = from
  const { path, real, version, stamp } = interpreter
  return {
    kind: 'helper',
    title: `build venv ${spec.venv.name} (Python ${version})`,
    lines: [`Python ${version}: ${path}`, ...contentLines(spec, state, from), reason(spec, state, from)],
    python: path,
    action: 'venv',
    input: {
      home: state.home,
      name: spec.venv.name,
      fingerprint,
      inputs,
      python: { path, real, version, stamp },
      with: spec.venv.with,
      ...(spec.venv.installer && { installer: spec.venv.installer }),
      ...(uv && { uv }),
      systemSitePackages: spec.venv.systemSitePackages,
      ...(spec.venv.compile === false && { compile: false }),
      files: requirements.files,
      ...(requirements.needsTree && tree && { tree: cachedTree(tree) }),
      arguments: requirements.arguments,
      ...(requirements.lockfile &&
        pinned && { locked: lockedInput(requirements.lockfile, pinned, requirements.wheels) }),
      ...(sendsWheels(spec, from) && wheelsInput(requirements.wheels)),
      ...(spec.venv.index !== undefined && { index: spec.venv.index }),
      postInstall: spec.venv.postInstall.map((command) => render(command, 'shell')),
      wrapper,
    },
  }
}

function contentLines({ venv }: InstanceSpec, state: InstanceFacts, from: Build): string[] {
  const { requirements, pinned, fingerprint } = from
  const { files, lockfile } = requirements
  const listed = venv.requirements.map((file) => {
    const text = files[file]
    return text === undefined ? file : `${file} (${plural(requirementLines(text).length, 'line')})`
  })
  const contents = [...listed, ...venv.packages.map(withoutCredentials)]
  return [
    ...(lockfile && pinned ? lockedLines(lockfile, pinned, state.served?.receipt, hasBase(state, fingerprint)) : []),
    ...(lockfile ? [] : contents.length > 0 ? [`installs ${contents.join(', ')}`] : ['installs nothing']),
    ...unlockedLines(venv, requirements),
    ...(venv.systemSitePackages ? ["sees the system's packages"] : []),
    ...(venv.compile === false ? ['not compiled'] : []),
    ...toolLines(venv, from.uv),
  ]
}

/** Whether the packages are there already: in `<home>/.venvoy/base-<fingerprint>[.N]`. */
const hasBase = ({ bases = [] }: InstanceFacts, fingerprint: string): boolean =>
  bases.some((path) => posix.basename(path).split('.')[0] === `base-${fingerprint}`)

/** Why there must be a new one. */
function reason(spec: InstanceSpec, state: InstanceFacts, { inputs, interpreter }: Build): string {
  const before = state.served
  if (before === undefined) return state.current ? 'because the venv that serves lost its receipt' : 'the first one'
  if (before.drift !== undefined) return driftReason(before.drift)
  const { python } = before.receipt
  if (python.version !== interpreter.version) return `because Python ${python.version} becomes ${interpreter.version}`
  if (python.real !== interpreter.real) return `because the interpreter was ${python.real}`
  if (before.receipt.inputs !== inputs) return 'because the requirements or options changed'
  return isInPlace(spec, state, before.path) ? 'because its interpreter was replaced' : `because it was ${before.path}`
}
