/** What one line of a requirements file means for us; all else is between the file and pip. */
export type RequirementMeaning =
  | { readonly kind: 'include'; readonly path: string }
  /** Something of the project itself: a folder, a wheel. `path` is relative to the tree, as pip's cwd is. */
  | { readonly kind: 'local'; readonly path: string; readonly editable: boolean; readonly requirement: string }
  /** A folder of wheels, relative to the file if it is there, else to the tree. */
  | { readonly kind: 'links'; readonly path: string }
  | { readonly kind: 'other' }

/** Whether the tree has a file or folder of that path. */
export type Exists = (path: string) => boolean

const other: RequirementMeaning = { kind: 'other' }

/** The options of a requirements file that take a value, by their short names where they have one. */
const valued: Readonly<Record<string, string>> = {
  '-r': 'include',
  '--requirement': 'include',
  '-c': 'constraint',
  '--constraint': 'constraint',
  '-e': 'editable',
  '--editable': 'editable',
  '-f': 'links',
  '--find-links': 'links',
  '-i': 'other',
  '--index-url': 'other',
  '--extra-index-url': 'other',
  '--trusted-host': 'other',
  '--no-binary': 'other',
  '--only-binary': 'other',
  '--use-feature': 'other',
  '--hash': 'other',
  '--global-option': 'other',
  '--config-settings': 'other',
  '-C': 'other',
}

/**
 * Reads a line as pip does: up to the first word with a dash it is a requirement; a line that begins with a dash holds
 * options, of which an editable outranks includes, and of these only the first counts.
 */
export function meaningOf(line: string, exists: Exists): RequirementMeaning {
  const words = line.split(' ')
  const dash = words.findIndex((word) => word.startsWith('-'))
  const requirement = (dash < 0 ? words : words.slice(0, dash)).join(' ').trim()
  if (requirement !== '') return localMeaning(requirement, false, exists)
  const options = optionsOf(splitWords(line))
  const editable = options.get('editable')
  if (editable !== undefined) return localMeaning(editable, true, exists)
  const included = options.get('include') ?? options.get('constraint')
  if (included !== undefined) return { kind: 'include', path: included }
  const links = options.get('links')
  return links === undefined || isUrl(links) || links.startsWith('/') ? other : { kind: 'links', path: links }
}

function localMeaning(requirement: string, editable: boolean, exists: Exists): RequirementMeaning {
  const path = localPathOf(requirement, editable, exists)
  if (path === undefined) return other
  // `-e pkg` is a folder to pip, `pkg` alone would be a package of the index.
  const looksLikePath = /^\.|[/:@]/.test(requirement)
  return { kind: 'local', path, editable, requirement: looksLikePath ? requirement : `./${requirement}` }
}

/** The path that a requirement names, if it is one in the tree: `.`, `./pkg[dev]`, `dist/x.whl`, `x @ file:./x`. */
function localPathOf(requirement: string, editable: boolean, exists: Exists): string | undefined {
  // `blog @ file:./blog ; python_version > "3"` → `file:./blog`
  const target = requirement.replace(/^[\w.-]+\s*(\[[^\]]*\])?\s*@\s*/, '').replace(/\s*;.*$/, '')
  // `./pkg[dev]` → `./pkg`
  const plain = target.replace(/\[[^\]]*\]$/, '').trim()
  // `file:./pkg#egg=pkg` → `./pkg`
  if (/^file:/i.test(plain)) return relative(plain.replace(/^file:/i, '').replace(/#.*$/, ''))
  if (isUrl(plain) || isVersioned(plain)) return undefined
  if (plain.includes('/') || plain.startsWith('.')) return relative(plain)
  const isArchive = /\.(whl|zip|tgz|tbz|txz|tlz|tar|tar\.(gz|bz2|xz|lz|lzma))$/i.test(plain)
  return (editable || isArchive) && exists(plain) ? plain : undefined
}

const relative = (path: string): string | undefined => (path.startsWith('/') ? undefined : path)

/** `https://…`, `git+ssh://…`, `file:…` */
const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(text)

/** `git@host:path` is no path of ours, nor is `django==5.1.*`. */
const isVersioned = (text: string): boolean => /^[\w.-]*\w\s*(\[[^\]]*\])?\s*[=<>!~@]/.test(text)

/** The first value of each option, by meaning: `-r x`, `-rx`, `--requirement x`, `--requirement=x`. */
function optionsOf(words: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (let i = 0; i < words.length; i++) {
    const { name, value } = splitOption(words[i]!)
    const meaning = valued[name]
    if (meaning === undefined) continue
    const given = value ?? words[++i]
    if (given !== undefined && !found.has(meaning)) found.set(meaning, given)
  }
  return found
}

function splitOption(word: string): { name: string; value: string | undefined } {
  // `--requirement=base.txt`; `-rbase.txt`
  const [, name = word, value] = /^(--[^=]+)=(.*)$/.exec(word) ?? /^(-[a-zA-Z])(.+)$/.exec(word) ?? []
  return { name, value }
}

/** Splits as a shell does: `-r "my base.txt"` → `-r`, `my base.txt`. */
function splitWords(text: string): string[] {
  // a run of: 'quoted', "quoted \" quoted", \escaped, or anything that is no space
  const words = text.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? []
  return words.map((word) =>
    word.replaceAll(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g, (_, single, double, escaped) =>
      String(single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped),
    ),
  )
}
