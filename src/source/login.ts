import type { SourceLogin } from '../config/spec.js'

/** A name and a password; what is not said is not there. */
export interface Login {
  readonly user?: string
  readonly password?: string
}

export const loginOf = ({ login: { user, password } = {} }: { readonly login?: SourceLogin | undefined }): Login => ({
  ...(user !== undefined && { user }),
  ...(password !== undefined && { password: password.value }),
})

/** What says who asks, by HTTP. */
export const authorization = ({ user, password }: Login): Record<string, string> =>
  user === undefined && password === undefined
    ? {}
    : { authorization: `Basic ${Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64')}` }
