import type { Secret } from '../shell/command.js'

/** Shorter pieces stand in any text by chance; a secret this short is none. */
const shortest = 4

/** Replaces the values of secrets in a text by their names in brackets, for what is kept: a command may print what it was given. */
export function maskOf(secrets: Iterable<Secret>): (text: string) => string {
  const names = new Map<string, string>()
  for (const { name, value } of secrets)
    for (const line of value.split('\n')) if (line.length >= shortest) names.set(line, `[${name}]`)
  if (names.size === 0) return (text) => text
  // The longer first: one secret may begin with another.
  const values = [...names.keys()].sort((a, b) => b.length - a.length)
  const any = new RegExp(values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
  return (text) => text.replace(any, (value) => names.get(value)!)
}
