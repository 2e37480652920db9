import { quote } from '../shell/quote.js'
import type { Options } from './options.js'

/** The line that repeats a command for one target, with the options that decide what it does; `rest` stands behind them. */
export function againWith(command: string, options: Options, rest: readonly string[] = []) {
  return ({ host, instance }: { readonly host: string; readonly instance?: string }): string => {
    const words = ['venvoy', ...chosen(options), ...command.split(' ')]
    if (instance !== undefined) words.push('-i', instance)
    return [...words, '-H', host, ...rest].map(quote).join(' ')
  }
}

function chosen({ file, set = [], user, identity }: Options): string[] {
  return [
    ...(file === undefined ? [] : ['-f', file]),
    ...set.flatMap((each) => ['--set', each]),
    ...(user === undefined ? [] : ['--user', user]),
    ...(identity === undefined ? [] : ['--identity', identity]),
  ]
}
