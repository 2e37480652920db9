import { optionOf } from './params.js'
import type { Scalar } from './scalar.js'

/** A task that runs before another, and what it is told: `{{ params.NAME }}` there is of the one that needs it. */
export interface Need {
  readonly task: string
  readonly with: Readonly<Record<string, Scalar>>
}

export type WrittenNeed = string | { readonly task: string; readonly with?: Need['with'] | undefined }

export const needOf = (written: WrittenNeed): Need =>
  typeof written === 'string' ? { task: written, with: {} } : { task: written.task, with: written.with ?? {} }

/** `build`, `build --target web --force`: as it would be typed. */
export function describeNeed({ task, with: told }: Need): string {
  const options = Object.entries(told).flatMap(([name, value]) => {
    if (typeof value === 'boolean') return [value ? optionOf(name) : `--no-${optionOf(name).slice(2)}`]
    return value === null ? [] : [`${optionOf(name)} ${value}`]
  })
  return [task, ...options].join(' ')
}
