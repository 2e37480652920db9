import { posix } from 'node:path'

/** One line of a `svn:externals` property. */
export interface External {
  /** As written: absolute, or relative in one of svn's ways. */
  readonly url: string
  /** When the URL is meant: a number, `HEAD` or `{date}`. */
  readonly peg: string
  /** When its content is meant, if that is said apart. */
  readonly revision?: string
  /** Where it goes, from the folder that has the property. */
  readonly target: string
}

export type ParsedExternals = readonly (External | { readonly mistake: string })[]

/** Reads a property, in the old syntax (`lib -r 12 https://…`) and the new (`-r 12 ^/lib@14 lib`). */
export function parseExternals(text: string): ParsedExternals {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => parseLine(line) ?? { mistake: line })
}

function parseLine(line: string): External | undefined {
  const words = wordsOf(line)
  // `-r 12`, `-r12`
  const at = words.findIndex((word) => /^-r/.test(word))
  let revision: string | undefined
  if (at !== -1) {
    const isJoined = words[at] !== '-r'
    revision = isJoined ? words[at]!.slice(2) : words[at + 1]
    words.splice(at, isJoined ? 1 : 2)
  }
  const [first, second] = words
  if (first === undefined || second === undefined || words.length > 2 || at > 1) return undefined
  const isUrl = (word: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(word)
  // Only absolute URLs were known when the folder stood first.
  const isOld = isUrl(second) && !isUrl(first) && at !== 0
  const target = plainTarget(isOld ? first : second)
  if (target === undefined) return undefined
  if (isOld) return { url: second, peg: revision ?? 'HEAD', target }
  const [, url, peg] = /^(.*?)(?:@([^@/]*))?$/.exec(first) as unknown as [string, string, string | undefined]
  return { url, peg: peg || 'HEAD', ...(revision !== undefined && { revision }), target }
}

/** Words, which quotes and backslashes hold together: `"my lib"`, `my\ lib`. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? []
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_, double?: string, single?: string, escaped?: string) => {
      return double !== undefined ? double.replace(/\\(.)/g, '$1') : (single ?? escaped ?? '')
    }),
  )
}

/** Inside its folder, or nothing: `./lib/` → `lib`. */
function plainTarget(target: string): string | undefined {
  const path = posix.normalize(target).replace(/\/+$/, '')
  return path === '' || path === '.' || path.startsWith('/') || /^\.\.(\/|$)/.test(path) ? undefined : path
}

/** The absolute URL: `../x` from the folder with the property, `^/x` from the repository's root, `//host/x`, `/x`. */
export function absoluteUrl(url: string, folder: string, root: string): string {
  if (url.startsWith('^/')) return joinUrl(root, url.slice(2))
  if (url.startsWith('//')) return folder.replace(/^([^:]+:).*/s, '$1') + url
  if (url.startsWith('/')) return /^[^:]+:\/\/[^/]*/.exec(folder)![0] + url
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : joinUrl(folder, url)
}

function joinUrl(base: string, path: string): string {
  const [, site = '', rest = ''] = /^([^:]+:\/\/[^/]*)(.*)$/s.exec(base) ?? []
  return site + posix.join(rest === '' ? '/' : rest, path).replace(/\/+$/, '')
}
