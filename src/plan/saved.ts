import { createHash } from 'node:crypto'
import { VenvoyError } from '../errors.js'
import type { PlannedStep } from '../events.js'
import type { InstanceFacts } from '../facts/facts.js'
import { shortened } from '../lock/changes.js'
import { withoutCredentials } from '../operations/fingerprint.js'
import type { HelperStep } from '../operations/step.js'
import type { Tree } from '../operations/tree.js'
import type { Plan } from './plan.js'
import { plannedSteps } from './planned-steps.js'

/** A plan for one instance on one host as a file keeps it: whoever reads it learns no secret. */
export interface SavedTarget {
  readonly host: string
  readonly instance: string
  /** What the tree was called, and its digest. */
  readonly revision: string
  readonly commit?: string
  readonly tree: string
  /** How many switches there had been. */
  readonly generation: number
  /** As people read them. */
  readonly steps: readonly PlannedStep[]
  /** Of all that the steps do, but for secrets. */
  readonly digest: string
}

/** What a plan was made from. */
interface Made {
  readonly state: InstanceFacts
  readonly tree: Tree
}

/** What is kept of a plan. */
export function saveTarget(plan: Plan, { state, tree }: Made): SavedTarget {
  return {
    host: plan.host,
    instance: plan.instance,
    revision: tree.revision,
    ...(tree.commit !== undefined && { commit: tree.commit }),
    tree: tree.digest,
    generation: state.generation,
    steps: plannedSteps(plan),
    digest: digestOf(plan),
  }
}

/** Throws where a plan that is made now is not the one that was saved; says what differs. */
export function assertSaved(saved: SavedTarget, now: SavedTarget): void {
  if (saved.digest === now.digest && saved.generation === now.generation && saved.tree === now.tree) return
  throw new VenvoyError({
    kind: 'difference',
    where: `${saved.instance} on ${saved.host}`,
    what: 'what was planned is not what would be done now',
    why: differences(saved, now),
    next: 'venvoy plan --out FILE, and look at it again',
  })
}

function differences(saved: SavedTarget, now: SavedTarget): string[] {
  const [was, is] = [linesOf(saved), linesOf(now)]
  const gone = was.filter((line) => !is.includes(line)).map((line) => `- ${line}`)
  const come = is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`)
  const told = [
    ...(saved.generation === now.generation
      ? []
      : [`it has been switched since: generation ${saved.generation} is ${now.generation} by now`]),
    ...(saved.tree === now.tree ? [] : [`the source gives other files for ${saved.revision}`]),
    ...shortened([...gone, ...come], mostShown),
  ]
  return told.length > 0
    ? told
    : ['the steps read the same, but their commands or options are others: deploy.yml has changed']
}

const mostShown = 20

const linesOf = ({ steps }: SavedTarget): string[] =>
  steps.length === 0 ? ['nothing to do'] : steps.flatMap(({ title, lines }) => [title, ...lines])

/** Who does it, and what people read of it, may differ. */
function digestOf(plan: Plan): string {
  const { lock: _, notes: __, leftOut: ___, ...phases } = plan
  return createHash('sha256').update(JSON.stringify(phases, open)).digest('hex')
}

/** For JSON: a value without its secrets, and without what does not decide what is done. */
function open(key: string, value: unknown): unknown {
  if (['by', 'run', 'lines'].includes(key)) return undefined
  if (typeof value === 'string') return withoutCredentials(value)
  if (typeof value !== 'object' || value === null) return value
  // Its digest says what it holds.
  if (key === 'tree') return 'digest' in value ? value.digest : undefined
  if (isOf('secret', value)) return { secret: (value as { readonly name?: unknown }).name }
  return isOf('helper', value) ? unsealed(value as HelperStep) : value
}

const isOf = (kind: string, value: object): boolean => 'kind' in value && value.kind === kind

const unsealed = ({ sealed, ...step }: HelperStep) => ({ ...step, input: { ...step.input, ...sealed } })
