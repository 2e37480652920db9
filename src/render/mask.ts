import type { Secret } from '../shell/command.js'
import { singleQuote } from '../shell/quote.js'

/** Shorter pieces stand in any text by chance; a secret this short is none. */
const shortest = 4

/** What is shorter in base64 stands in other base64 by chance. Characters. */
const shortestEncoded = 7

/** What is to be put in the place of each form of each secret: its name in brackets. */
export type MaskedForms = ReadonlyMap<string, string>

/** Replaces the values of secrets in a text by their names in brackets: a command may print what it was given. */
export function maskOf(secrets: Iterable<Secret>): (text: string) => string {
  const forms = formsOf(secrets)
  if (forms.size === 0) return (text) => text
  const any = patternOf(forms)
  return (text) => text.replace(any, (form) => forms.get(form)!)
}

/** Every form in which a secret may be printed: as it is, line by line, and as programs write it in URLs, JSON and base64. */
export function formsOf(secrets: Iterable<Secret>): MaskedForms {
  const forms = new Map<string, string>()
  for (const { name, value } of secrets) {
    const plain = value.split(/\r?\n/).filter((line) => line.length >= shortest)
    const encoded = plain.length === 0 ? [] : [...plain, value].flatMap(encodedForms)
    for (const form of [...plain, ...encoded]) if (!forms.has(form)) forms.set(form, `[${name}]`)
  }
  return forms
}

/** Matches any of the forms. The longer go first: one secret may begin with another. */
export function patternOf(forms: MaskedForms): RegExp {
  const all = [...forms.keys()].sort((a, b) => b.length - a.length)
  return new RegExp(all.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
}

function encodedForms(value: string): string[] {
  const inUrl = encodeURIComponent(value)
  // JavaScript leaves these as they are; others do not.
  const strict = inUrl.replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
  const inUrls = [inUrl, strict, strict.replaceAll('%20', '+'), strict.replaceAll('%2F', '/')]
  const lowered = inUrls.map((form) => form.replace(/%[0-9A-F]{2}/g, (each) => each.toLowerCase()))
  const quoted = [JSON.stringify(value).slice(1, -1), singleQuote(value).slice(1, -1)]
  return [...inUrls, ...lowered, ...quoted, ...base64Forms(value)].filter((form) => form.length >= shortest)
}

/**
 * What a value looks like in base64, alone or somewhere in a longer text, such as `user:password`: it may begin at the first,
 * second or third byte of a group. The characters that it shares with its neighbours are left out, but for the last one where
 * nothing follows.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
    const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor((whole.length * 8) / 6)]
    const texts = [whole.toString('base64').replace(/=+$/, ''), whole.toString('base64url')]
    const forms = texts.flatMap((text) => [text.slice(from, to), text.slice(from)])
    return forms.filter((form) => form.length >= shortestEncoded)
  })
}
