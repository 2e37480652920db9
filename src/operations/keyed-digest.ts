import { createHmac } from 'node:crypto'

/**
 * What stands for a value in a receipt: the same for the same value, and worth nothing to whoever does not have the salt, which
 * stays with the instance. 16 hexadecimal digits; src/remote/helper/digests.py counts alike.
 */
export const keyedDigest = (salt: string, name: string, value: string): string =>
  createHmac('sha256', salt).update(`${name}\0${value}`).digest('hex').slice(0, 16)
