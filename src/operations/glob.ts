/**
 * Whether a path of a folder is left out: by `*.map`, whatever has that name or is in such a folder; by `build/*.o`, what is there
 * from the folder on. src/remote/helper/excluded.py is the same.
 */
export function isExcluded(path: string, patterns: readonly string[]): boolean {
  const parts = path.split('/')
  return patterns.some((pattern) => {
    const wanted = pattern.replace(/^\/+|\/+$/g, '').split('/')
    if (wanted.length === 1) return parts.some((part) => matchesName(part, wanted[0]!))
    return parts.length >= wanted.length && wanted.every((each, i) => matchesName(parts[i]!, each))
  })
}

/** `*.conf`, `log.[12]`, `log.[!12]`, `?`: one component of a path, as Python's fnmatch does. */
export function matchesName(name: string, pattern: string): boolean {
  return expressionOf(pattern).test(name)
}

function expressionOf(pattern: string): RegExp {
  // `*`   `?`   `[a-z]`   `[!x]`   or one other character
  const text = pattern.replace(/\*|\?|\[(!?)(\]?[^\]]*)\]|[\s\S]/g, (token, not: string | undefined, set?: string) => {
    if (token === '*') return '.*'
    if (token === '?') return '.'
    if (set !== undefined && set !== '') return `[${not === '!' ? '^' : ''}${set.replace(/[\\\]]/g, '\\$&')}]`
    return token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  return new RegExp(`^${text}$`, 's')
}
