import type { Lockfile } from '../lock/lock.js'
import type { Wheels } from './wheels.js'

/** What pip is to install, read from the tree and the spec on the control side. */
export interface RequirementsFiles {
  /** Texts of requirements and constraints, nested ones included, by their path in the tree. */
  readonly files: Readonly<Record<string, string>>
  /** Of `pip install`: `['-r', 'requirements.txt', 'gunicorn==23.0']`. */
  readonly arguments: readonly string[]
  /** Whether they refer to files of the tree (`.`, `./vendor/x.whl`), which then determine the venv too. */
  readonly needsTree: boolean
  /** What counts instead, where there is one: `files` and `arguments` are empty then. */
  readonly lockfile?: Lockfile
  /** The files of the lockfile's packages for one interpreter, where they are sent. */
  readonly wheels?: Wheels
}

/**
 * The lines of a requirements file as pip understands them: continued lines joined, comments and blank lines left out, white
 * space made one blank.
 */
export function requirementLines(text: string): string[] {
  const lines: string[] = []
  let open = ''
  for (const line of text.split(/\r?\n/)) {
    // `# a comment` ends a continued line, as it does for pip.
    const isComment = /^\s*#/.test(line)
    const isContinued = line.endsWith('\\') && !isComment
    open += isContinued ? `${line.slice(0, -1)} ` : isComment ? '' : line
    if (isContinued) continue
    lines.push(open)
    open = ''
  }
  lines.push(open)
  return lines.map(withoutComment).filter((line) => line !== '')
}

// 'flask==3.1   # the web' → 'flask==3.1'; a `#` inside a word (`…/x.whl#sha256=…`) is none
const withoutComment = (line: string): string =>
  line
    .replace(/(^|\s)#.*$/, '')
    .trim()
    .replace(/\s+/g, ' ')
