import type { Target } from '../events.js'
import type { EventOf } from './formatters.js'
import { targetName } from './target.js'

/** The name of a machine in front of its domain: `web1` of `web1.example.com`; not a number of an address. */
const shortName = /^(?!\d+\.)([^.:]+)\./

/** What a word can go on with: `2`, `b`, `ß`, `東`. */
const letterOrDigit = /^[\p{L}\p{N}]$/u

/** What stands for a target's own words: `{host}`, `{port.web}`. */
const placeholder = /\{(?:host|short|address|ip|instance|port(?:\.[^{}]*)?)\}/

/**
 * Puts placeholders in the place of a target's own words. Nothing comes back for a text that has one by itself: there, what was
 * printed could not be told from what was replaced.
 */
export type OwnMask = (text: string) => string | undefined

/** What is known of each target by its own name, as it becomes known: where outputs are compared, these words do not count. */
export class OwnWords {
  readonly #places = new Map<string, { readonly address?: string; readonly ip?: string }>()
  readonly #ports = new Map<string, Readonly<Record<string, number>>>()
  readonly #masks = new Map<string, OwnMask>()

  start({ ports = [] }: EventOf<'run:start'>): void {
    for (const { target, numbers } of ports) this.#ports.set(targetName(target), numbers)
  }

  /** Of a host that is not reached, the address is all there is. */
  connecting({ host, address }: EventOf<'host:connect'>): void {
    if (address === undefined) return
    this.#places.set(host, { address })
    this.#masks.clear()
  }

  ready({ host, address, ip }: EventOf<'host:ready'>): void {
    this.#places.set(host, { ...(address !== undefined && { address }), ...(ip !== undefined && { ip }) })
    this.#masks.clear()
  }

  maskOf(target: Target): OwnMask {
    const name = targetName(target)
    const mask = this.#masks.get(name) ?? maskOwn(this.#wordsOf(target))
    this.#masks.set(name, mask)
    return mask
  }

  #wordsOf(target: Target): Map<string, string> {
    const { address, ip } = this.#places.get(target.host) ?? {}
    const ports = Object.entries(this.#ports.get(targetName(target)) ?? {})
    const named = [
      ['{host}', target.host],
      ['{instance}', target.instance],
      ['{address}', address],
      ['{ip}', ip],
      ['{short}', shortName.exec(target.host)?.[1]],
      ['{short}', address && shortName.exec(address)?.[1]],
      ...ports.map(([name, port]) => [name === 'port' ? '{port}' : `{port.${name}}`, String(port)] as const),
    ] as const
    const words = new Map<string, string>()
    const given = new Set<string>()
    for (const [name, word] of named) {
      if (word === undefined || word === '' || words.has(word) || given.has(name)) continue
      given.add(name)
      words.set(word, name)
    }
    return words
  }
}

/** `words`: placeholders by what they stand for. Only whole words count: web1 is not in web12, and 10.0.0.7 not in 10.0.0.71. */
export function maskOwn(words: ReadonlyMap<string, string>): OwnMask {
  const longestFirst = [...words.keys()].sort((a, b) => b.length - a.length)
  return (text) => {
    if (text.includes('{') && placeholder.test(text)) return undefined
    return replaced(text, longestFirst, words)
  }
}

/** No regular expression for each target: to make a thousand of them takes longer than to look for the words. */
function replaced(text: string, longestFirst: readonly string[], words: ReadonlyMap<string, string>): string {
  const found = longestFirst.map((word) => ({ word, at: text.indexOf(word) })).filter(({ at }) => at !== -1)
  let masked = ''
  let done = 0
  for (;;) {
    const first = found.reduce<(typeof found)[number] | undefined>(
      (best, each) => (each.at !== -1 && (best === undefined || each.at < best.at) ? each : best),
      undefined,
    )
    if (first === undefined) return masked + text.slice(done)
    const { word, at } = first
    if (isWhole(text, at, at + word.length)) {
      masked += text.slice(done, at) + words.get(word)
      done = at + word.length
    } else first.at = text.indexOf(word, at + 1)
    for (const each of found) if (each.at !== -1 && each.at < done) each.at = text.indexOf(each.word, done)
  }
}

function isWhole(text: string, from: number, to: number): boolean {
  const before =
    from < 2 || !isLowSurrogate(text.charCodeAt(from - 1)) ? text.charAt(from - 1) : text.slice(from - 2, from)
  const behind = text.codePointAt(to)
  return !letterOrDigit.test(before) && (behind === undefined || !letterOrDigit.test(String.fromCodePoint(behind)))
}

/** The second half of a character that takes two. */
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff
