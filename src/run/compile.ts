import type { Pty } from '../config/spec.js'
import type { LeftOut } from '../events.js'
import { fileInput } from '../operations/file-input.js'
import {
  type FilesStep,
  type HelperStep,
  type RunStep,
  type ShipStep,
  type Step,
  sudoUserOf,
  type WorkStep,
} from '../operations/step.js'
import { fileHelperCopy, fileHelperScript, fileHelperSource } from '../remote/file-helper.js'
import { type HelperEvent, helperSource, verifySource } from '../remote/helper.js'
import { library } from '../remote/library.js'
import { ptyScript } from '../remote/pty.js'
import { type Command, render, type Secret, shell } from '../shell/command.js'
import { type Context, emptyContext, wrap } from '../shell/context.js'
import type { WireProgram, WireStep } from '../transport/program.js'
import type { PasswordFor } from './password-for.js'
import { helperText, sendingOf } from './sending.js'
import type { Shipment } from './shipment.js'

/** The steps of one target. Its first failure ends only this section. */
export interface Section {
  readonly host: string
  readonly instance?: string
  readonly steps: readonly Step[]
  /** Steps that always run, of later programs: the host runs them itself where the section cannot go on. */
  readonly standby?: readonly WorkStep[]
  /** What is left out in front of a step, because its condition does not hold. */
  readonly leftOut?: ReadonlyMap<Step, readonly LeftOut[]>
  /** This step is tried again if it fails: the section is not over then. */
  readonly triedAgain?: WorkStep
  /** What is tried again in the next program if it fails: until then nothing is undone. */
  readonly mayRepeat?: ReadonlySet<Step>
  /** An earlier program has begun to switch: what fails now is to be undone. */
  readonly hasTurned?: boolean
  /** Its steps undo a switch of an earlier program: they all run, whatever happens. */
  readonly isUndoing?: boolean
  /** Hears what the helper tells of its steps. */
  readonly onHelper?: (step: Step, event: HelperEvent) => void
}

/** A step on its way: what the wire calls it, and what it is. */
export interface Placed {
  readonly id: string
  readonly section: Section
  readonly step: Step
}

export interface Compiled {
  readonly wire: WireProgram
  readonly sections: readonly Section[]
  readonly placed: ReadonlyMap<string, Placed>
  readonly shipment?: Shipment
}

/**
 * One program for one host. What is sent travels first and together: the files of all sections' trees, of which two instances share
 * some, or the uploads with which sections begin.
 */
export function compile(
  id: string,
  sections: readonly Section[],
  last: boolean,
  passwordFor: PasswordFor = () => undefined,
): Compiled {
  const placed = new Map<string, Placed>()
  const steps: WireStep[] = []
  const sending = sendingOf(`${id}.files`, sections, passwordFor)
  if (sending !== undefined) {
    const { shipment, step, text } = sending
    placed.set(shipment.id, { id: shipment.id, section: { host: sections[0]?.host ?? '', steps: [step] }, step })
    // Without its contents an upload fails by itself, and may be tried again.
    steps.push({ id: shipment.id, text, section: 0, helper: true, channel: true, goesOn: step.kind === 'ship' })
  }
  const put = (section: Section, s: number, i: number, step: Exclude<Step, FilesStep | ShipStep>): WireStep => {
    const wireId = `${id}.${s + 1}.${i}`
    placed.set(wireId, { id: wireId, section, step })
    return {
      ...{ id: wireId, section: s + 1 },
      ...wireOf(step, passwordFor, sending?.inputs.get(step)),
      ...undoing(section, step, i === 0),
    }
  }
  sections.forEach((section, s) => {
    section.steps.forEach((step, i) => {
      if (step.kind === 'files' || step.kind === 'ship') return
      steps.push({ ...put(section, s, i, step), ...(step === section.triedAgain && { goesOn: true }) })
    })
    section.standby?.forEach((step, i) => {
      steps.push({ ...put(section, s, section.steps.length + i, step), always: false, standby: true })
    })
  })
  const users = steps.flatMap(({ user, hasPassword }) => (hasPassword ? [user!] : []))
  const password = users[0] === undefined ? undefined : passwordFor(users[0])
  return {
    wire: {
      ...{ id, steps, last },
      ...(steps.some((step) => step.helper) && { helper: programFor(sections)() }),
      ...(sending && { input: sending.shipment.header }),
      ...(password !== undefined && { password: password.value }),
    },
    sections,
    placed,
    ...(sending && { shipment: sending.shipment }),
  }
}

/** Steps for files stand in tasks only, those that build in deploys only, and those that verify by themselves. */
function programFor(sections: readonly Section[]): () => string {
  const steps = sections.flatMap((section) => [...section.steps, ...(section.standby ?? [])])
  if (steps.some(isFileStep)) return fileHelperSource
  return steps.some((step) => step.kind === 'helper' && step.action === 'verify') ? verifySource : helperSource
}

/** How a step stands to a switch that may have to be undone. */
function undoing({ isUndoing, hasTurned, mayRepeat }: Section, step: Step, isFirst: boolean): Partial<WireStep> {
  if (isUndoing) return { always: true }
  return {
    ...(step.undoes && { undoes: true }),
    ...(isFirst && hasTurned && { switches: true }),
    ...(mayRepeat?.has(step) && { triedAgain: true }),
  }
}

const isFileStep = ({ kind }: Step): boolean => kind === 'file' || kind === 'ship'

/** What people read of a step that ran: its command as typed, without its context's text. */
export function describeCommand(step: Step): string | undefined {
  return step.kind === 'run' ? render(step.shown ?? step.command, 'log') : undefined
}

function wireOf(
  step: WorkStep | HelperStep,
  passwordFor: PasswordFor,
  input?: Readonly<Record<string, unknown>>,
): Omit<WireStep, 'id' | 'section'> {
  if (step.kind === 'helper')
    return {
      text: helperText(step.python, step.action, step.input),
      helper: true,
      switches: step.switches === true,
      locks: step.locks === true,
    }
  const user = sudoUserOf(step)
  const password = user === undefined ? undefined : passwordFor(user)
  const flags = {
    ...(user !== undefined && { user }),
    ...(password !== undefined && { hasPassword: true }),
    // Whether `until` holds is for this side to say.
    goesOn: step.warnOnly || step.until !== undefined,
    always: step.always === true,
    ...(step.okCodes !== undefined && { okCodes: step.okCodes }),
  }
  if (step.kind === 'run') return { text: runText(step, password), ...flags }
  return { text: fileHelperScript('step', input ?? fileInput(step, fileHelperCopy, password)), helper: true, ...flags }
}

function runText(step: RunStep, password: Secret | undefined): string {
  const context = {
    ...step.context,
    ...(password !== undefined && { password }),
    ...(step.stdin !== undefined && { stdin: step.stdin }),
  }
  const command = step.pty === undefined ? step.command : onTerminal(step.command, step.context, step.pty)
  return wrap(command, context, library).text('shell')
}

/** The command on a terminal of its own. What its prefixes export, and where they lead, holds there, too. */
function onTerminal(command: Command, { shell: kind = 'sh', hooks }: Context, { answers }: Pty): Command {
  const inner = wrap(command, { ...emptyContext, ...(hooks !== undefined && { hooks }) }, library)
  const secrets = answers.flatMap(([, answer]) => (typeof answer === 'string' ? [] : [answer]))
  return shell(
    ptyScript({
      shell: kind === 'sh' ? 'sh' : 'bash',
      script: inner.text('shell'),
      answers: answers.map(([prompt, answer]) => [prompt, typeof answer === 'string' ? answer : answer.value]),
      secrets: secrets.map(({ value, name }) => [value, `[${name}]`]),
    }),
  )
}
