import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { VenvoyError } from '../errors.js'
import type { SavedTarget } from '../plan/saved.js'
import type { World } from './world.js'

/** What `venvoy plan --out` writes. */
export interface PlanFile {
  readonly v: 1
  /** ISO 8601. */
  readonly created: string
  /** `ann@laptop` */
  readonly by: string
  readonly project: string
  /** The values of `--set`. */
  readonly set: readonly string[]
  readonly targets: readonly SavedTarget[]
}

/** What nobody has applied for so long is not what anybody remembers. */
const daysValid = 7

/** Writes a plan whole, for this user only. */
export function writePlan({ cwd }: World, path: string, plan: PlanFile): void {
  const place = resolve(cwd, path)
  const draft = `${place}.${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(draft, `${JSON.stringify(plan, undefined, 2)}\n`, { mode: 0o600 })
    renameSync(draft, place)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new VenvoyError({ kind: 'config', where: path, what: `cannot be written: ${(error as Error).message}` })
  }
}

/** Reads a saved plan. Throws a VenvoyError for what is none, is broken, or is too old. */
export function readPlan({ cwd, now }: World, path: string): PlanFile {
  const plan = parse(read(resolve(cwd, path), path), path)
  const age = (now() - Date.parse(plan.created)) / 86_400_000
  if (age <= daysValid) return plan
  throw new VenvoyError({
    kind: 'difference',
    where: path,
    what: `this plan has expired: it was made ${plan.created} by ${plan.by}, more than ${daysValid} days ago`,
    next: `venvoy plan --out ${path}`,
  })
}

function read(place: string, path: string): string {
  try {
    return readFileSync(place, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const what = code === 'ENOENT' ? 'there is no such file' : `cannot be read: ${message}`
    throw new VenvoyError({ kind: 'config', where: path, what, next: `venvoy plan --out ${path}` })
  }
}

function parse(text: string, path: string): PlanFile {
  const value = asRecord(fromJson(text))
  if (typeof value.v === 'number' && value.v !== 1)
    throw broken(path, `another version of venvoy wrote it (${value.v})`)
  const isWhole =
    value.v === 1 &&
    hasTexts(value, ['created', 'by', 'project']) &&
    !Number.isNaN(Date.parse(String(value.created))) &&
    isTexts(value.set) &&
    Array.isArray(value.targets) &&
    value.targets.every(isTarget)
  if (!isWhole) throw broken(path, 'it is none, or broken off')
  return value as unknown as PlanFile
}

function isTarget(value: unknown): boolean {
  const target = asRecord(value)
  return (
    hasTexts(target, ['host', 'instance', 'revision', 'tree', 'digest']) &&
    Number.isSafeInteger(target.generation) &&
    (target.commit === undefined || typeof target.commit === 'string') &&
    Array.isArray(target.steps) &&
    target.steps.map(asRecord).every((step) => hasTexts(step, ['title']) && isTexts(step.lines))
  )
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const hasTexts = (value: Record<string, unknown>, keys: readonly string[]): boolean =>
  keys.every((key) => typeof value[key] === 'string')

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === 'string')

const broken = (path: string, why: string) =>
  new VenvoyError({
    ...{ kind: 'config', where: path, what: 'not a plan that this venvoy can apply', why: [why] },
    next: `venvoy plan --out ${path}`,
  })
