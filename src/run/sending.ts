import { fileInput } from '../operations/file-input.js'
import { type Step, sudoUserOf } from '../operations/step.js'
import { fileHelperCopy, fileHelperScript } from '../remote/file-helper.js'
import { runProgramText } from '../remote/python-program.js'
import { quote } from '../shell/quote.js'
import type { PasswordFor } from './password-for.js'
import { isShipped, newClaim, type Shipment, type ShippedStep, treeShipment, uploadShipment } from './shipment.js'

/** What a program sends: the step that receives it, and what the steps that use it are told. */
interface Sending {
  readonly shipment: Shipment
  readonly step: Step
  readonly text: string
  readonly inputs: ReadonlyMap<Step, Readonly<Record<string, unknown>>>
}

/** Nothing, where its steps have all that they need. */
export function sendingOf(
  id: string,
  sections: readonly { readonly steps: readonly Step[] }[],
  passwordFor: PasswordFor,
): Sending | undefined {
  const all = sections.flatMap(({ steps }) => steps)
  const trees = all.filter((step) => step.kind === 'files')
  const [files] = trees
  if (files !== undefined) {
    const text = helperText(files.python, 'files')
    return { shipment: treeShipment(id, trees), step: files, text, inputs: new Map() }
  }
  const uploads = all.filter(isShipped)
  return uploads.length === 0 ? undefined : sendingUploads(id, uploads, passwordFor)
}

// Env like PYTHONPATH must not reach the helper; -I would say so in one letter, but Python 2.7 does not have it.
export function helperText(python: string, action: string, input?: unknown): string {
  const line = `exec ${quote(python)} -E -s -B -c ${quote(runProgramText)} ${quote(action)}`
  // JSON on one line never holds the delimiter.
  return input === undefined ? line : `${line} <<'VENVOY'\n${JSON.stringify(input)}\nVENVOY\n`
}

function sendingUploads(id: string, uploads: readonly ShippedStep[], passwordFor: PasswordFor): Sending {
  const claim = newClaim()
  const jobs = uploads.map((step) => fileInput(step, fileHelperCopy, passwordFor(sudoUserOf(step) ?? '')))
  const inputs = uploads.map((step, at) => {
    const { entries: _, ...input } = jobs[at]!
    return [step, { ...input, claim, stored: at, keep: at < uploads.length - 1 }] as const
  })
  const timeout = Math.max(...uploads.map(({ timeout }) => timeout ?? Number.POSITIVE_INFINITY))
  const names = new Set(uploads.map(({ work }) => (work.kind === 'upload' ? work.from.join(', ') : '')))
  const title = `send ${[...names].join(', ')}`
  return {
    shipment: uploadShipment(id, claim, uploads, jobs),
    step: { kind: 'ship', title, lines: [], ...(Number.isFinite(timeout) && { timeout }) },
    text: fileHelperScript('uploads'),
    inputs: new Map(inputs),
  }
}
