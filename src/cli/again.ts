import type { Options } from './options.js'

/** The line that repeats a command for one target, with the options that it was given. */
export function againWith(command: string, { file }: Options, rest = '') {
  return ({ host, instance }: { readonly host: string; readonly instance?: string }): string => {
    const words = ['venvoy', ...(file === undefined ? [] : ['-f', file]), command]
    if (instance !== undefined) words.push('-i', instance)
    words.push('-H', host)
    return `${words.join(' ')}${rest}`
  }
}
