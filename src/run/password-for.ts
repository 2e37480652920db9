import type { Secret } from '../shell/command.js'

/** What sudo wants to be told on the way to a user; nothing, if it does not ask, as far as that is known. */
export type PasswordFor = (user: string) => Secret | undefined
