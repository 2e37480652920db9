import type { Pty } from '../config/spec.js'
import type { LeftOut } from '../events.js'
import { filesCache } from '../operations/files.js'
import type { FilesStep, HelperStep, RunStep, Step } from '../operations/step.js'
import type { TreeFile } from '../operations/tree.js'
import { type HelperEvent, helperSource } from '../remote/helper.js'
import { library } from '../remote/library.js'
import { ptyScript } from '../remote/pty.js'
import { type Command, render, type Secret, shell } from '../shell/command.js'
import { type Context, emptyContext, wrap } from '../shell/context.js'
import { quote } from '../shell/quote.js'
import type { WireProgram, WireStep } from '../transport/program.js'

/** The steps of one target. Its first failure ends only this section. */
export interface Section {
  readonly host: string
  readonly instance?: string
  readonly steps: readonly Step[]
  /** Steps that always run, of later programs: the host runs them itself where the section cannot go on. */
  readonly standby?: readonly RunStep[]
  /** What is left out in front of a step, because its condition does not hold. */
  readonly leftOut?: ReadonlyMap<Step, readonly LeftOut[]>
  /** This step is tried again if it fails: the section is not over then. */
  readonly triedAgain?: RunStep
  /** Hears what the helper tells of its steps. */
  readonly onHelper?: (step: Step, event: HelperEvent) => void
}

/** A step on its way: what the wire calls it, and what it is. */
export interface Placed {
  readonly id: string
  readonly section: Section
  readonly step: Step
}

/** The content that a program may have to send: the files of its trees. */
export interface Shipment {
  /** The step that receives it. */
  readonly id: string
  readonly header: Uint8Array
  readonly blobs: readonly { readonly digest: string; readonly size: number; read(): Promise<Uint8Array> }[]
}

/** What sudo wants to be told on the way to a user; nothing, if it does not ask, as far as that is known. */
export type PasswordFor = (user: string) => Secret | undefined

export interface Compiled {
  readonly wire: WireProgram
  readonly sections: readonly Section[]
  readonly placed: ReadonlyMap<string, Placed>
  readonly shipment?: Shipment
}

const runHelper = 'import os; exec(compile(os.environ.pop("VENVOY_HELPER"), "venvoy-helper", "exec"))'

/** One program for one host. The files of all sections travel first and together: what two instances share is sent once. */
export function compile(
  id: string,
  sections: readonly Section[],
  last: boolean,
  passwordFor: PasswordFor = () => undefined,
): Compiled {
  const placed = new Map<string, Placed>()
  const steps: WireStep[] = []
  const [files, ...moreFiles] = sections.flatMap((section) => section.steps.filter((step) => step.kind === 'files'))
  const filesId = `${id}.files`
  if (files !== undefined) {
    placed.set(filesId, { id: filesId, section: { host: sections[0]?.host ?? '', steps: [files] }, step: files })
    steps.push({ id: filesId, text: helperText(files.python, 'files'), section: 0, helper: true, channel: true })
  }
  sections.forEach((section, s) => {
    section.steps.forEach((step, i) => {
      if (step.kind === 'files') return
      const wireId = `${id}.${s + 1}.${i}`
      placed.set(wireId, { id: wireId, section, step })
      steps.push({
        id: wireId,
        section: s + 1,
        ...wireOf(step, passwordFor),
        ...(step === section.triedAgain && { goesOn: true }),
      })
    })
    section.standby?.forEach((step, i) => {
      const wireId = `${id}.${s + 1}.${section.steps.length + i}`
      placed.set(wireId, { id: wireId, section, step })
      steps.push({ id: wireId, section: s + 1, ...wireOf(step, passwordFor), always: false, standby: true })
    })
  })
  const needsHelper = steps.some((step) => step.helper)
  const users = steps.flatMap(({ user, hasPassword }) => (hasPassword ? [user!] : []))
  const password = users[0] === undefined ? undefined : passwordFor(users[0])
  return {
    wire: {
      ...{ id, steps, last },
      ...(needsHelper && { helper: helperSource }),
      ...(password !== undefined && { password: password.value }),
    },
    sections,
    placed,
    ...(files !== undefined && { shipment: shipmentOf(filesId, [files, ...moreFiles]) }),
  }
}

/** What people read of a step that ran: its command as typed, without its context's text. */
export function describeCommand(step: Step): string | undefined {
  return step.kind === 'run' ? render(step.command, 'log') : undefined
}

function wireOf(step: RunStep | HelperStep, passwordFor: PasswordFor): Omit<WireStep, 'id' | 'section'> {
  if (step.kind === 'run') {
    const { user } = step.context
    const password = user === undefined ? undefined : passwordFor(user)
    const context = {
      ...step.context,
      ...(password !== undefined && { password }),
      ...(step.stdin !== undefined && { stdin: step.stdin }),
    }
    const command = step.pty === undefined ? step.command : onTerminal(step.command, step.context, step.pty)
    return {
      text: wrap(command, context, library).text('shell'),
      ...(user !== undefined && { user }),
      ...(password !== undefined && { hasPassword: true }),
      // Whether `until` holds is for this side to say.
      goesOn: step.warnOnly || step.until !== undefined,
      always: step.always === true,
      ...(step.okCodes !== undefined && { okCodes: step.okCodes }),
    }
  }
  return { text: helperText(step.python, step.action, step.input), helper: true, switches: step.switches === true }
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

// Env like PYTHONPATH must not reach the helper; -I would say so in one letter, but Python 2.7 does not have it.
function helperText(python: string, action: string, input?: unknown): string {
  const line = `exec ${quote(python)} -E -s -B -c ${quote(runHelper)} ${quote(action)}`
  // JSON on one line never holds the delimiter.
  return input === undefined ? line : `${line} <<'VENVOY'\n${JSON.stringify(input)}\nVENVOY\n`
}

function shipmentOf(id: string, steps: readonly FilesStep[]): Shipment {
  const blobs = new Map<string, Shipment['blobs'][number]>()
  for (const { tree } of steps) {
    for (const file of tree.entries.filter((entry): entry is TreeFile => entry.kind === 'file')) {
      if (!blobs.has(file.digest))
        blobs.set(file.digest, { digest: file.digest, size: file.size, read: () => tree.read(file.digest) })
    }
  }
  const list = [...blobs.values()]
  const json = Buffer.from(JSON.stringify({ cache: filesCache, blobs: list.map(({ digest, size }) => [digest, size]) }))
  const length = json.length.toString(16).padStart(8, '0')
  return { id, header: Buffer.concat([Buffer.from(length), json]), blobs: list }
}
