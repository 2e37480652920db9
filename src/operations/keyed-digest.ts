import { createHmac } from 'node:crypto'

/**
 * What stands for a value in a receipt: the same for the same value, and worth nothing to whoever does not have the salt, which
 * stays with the instance. 16 hexadecimal digits; src/remote/helper/digests.py counts alike.
 */
export const keyedDigest = (salt: string, name: string, value: string): string =>
  createHmac('sha256', salt).update(`${name}\0${value}`).digest('hex').slice(0, 16)

/** A value as it should be. */
export interface Wanted {
  readonly value: string
  /** There is a secret in it. */
  readonly isSecret: boolean
  /** That has not been fetched: whether it has changed cannot be said. */
  readonly isUnknown: boolean
}

/** How values differ from the digests of others, a line a name: `+ env DEBUG`, `~ env KEY (a secret)`, `- template a.ini`. */
export function changedValues(
  kind: 'env' | 'template',
  before: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, Wanted>>,
  salt = '',
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(wanted)])].sort()
  return names.flatMap((name) => {
    const own = wanted[name]
    if (own === undefined) return [`- ${kind} ${name}`]
    const line = `${kind} ${name}${own.isSecret ? ' (a secret)' : ''}`
    if (before[name] === undefined) return [`+ ${line}`]
    return own.isUnknown || before[name] === keyedDigest(salt, name, own.value) ? [] : [`~ ${line}`]
  })
}
