/** What a pyproject.toml says that a first deploy.yml wants to know. */
export interface Pyproject {
  readonly name?: string
  /** `>=3.10` */
  readonly requiresPython?: string
  /** Only where they are listed there. */
  readonly dependencies?: readonly string[]
  /** The file that dynamic dependencies are read from. */
  readonly dependenciesFile?: string
  /** Whether it says how the project itself is built and installed. */
  readonly isPackage: boolean
}

/**
 * A light look at pyproject.toml, line by line: enough for the few keys that are wanted, written as everyone writes them.
 * What it cannot read is as if it were not there.
 */
export function lookAtPyproject(text: string): Pyproject {
  const project = section(text, 'project')
  const poetry = section(text, 'tool.poetry')
  const dynamic = section(text, 'tool.setuptools.dynamic')
  const name = textOf(project, 'name') ?? textOf(poetry, 'name')
  const requiresPython = textOf(project, 'requires-python')
  const dependencies = listOf(project, 'dependencies')
  // dependencies = { file = ["requirements.txt"] }
  const dependenciesFile = /^dependencies\s*=\s*\{\s*file\s*=\s*\[?\s*["']([^"']+)["']/m.exec(dynamic)?.[1]
  const isPackage = /^\[build-system\]/m.test(text) && !/^package-mode\s*=\s*false/m.test(poetry)
  return {
    ...(name !== undefined && { name }),
    ...(requiresPython !== undefined && { requiresPython }),
    ...(dependencies !== undefined && { dependencies }),
    ...(dependenciesFile !== undefined && { dependenciesFile }),
    isPackage,
  }
}

/** The lines below `[name]`, as far as the next table. */
function section(text: string, name: string): string {
  const lines = text.split(/\r?\n/)
  // `[project]`, `[ project ]  # comment`
  const headers = lines.map((line) => /^\s*\[\s*([^[\]]+?)\s*\]\s*(?:#.*)?$/.exec(line)?.[1])
  const from = headers.indexOf(name)
  if (from === -1) return ''
  const to = lines.findIndex((line, i) => i > from && /^\s*\[{1,2}\s*[A-Za-z]/.test(line))
  return lines.slice(from + 1, to === -1 ? undefined : to).join('\n')
}

// `name = "blog"`, `requires-python = '>=3.10'`
const textOf = (lines: string, key: string): string | undefined =>
  new RegExp(`^\\s*${key}\\s*=\\s*(?:"([^"\\\\]*)"|'([^']*)')`, 'm')
    .exec(lines)
    ?.slice(1)
    .find((each) => each !== undefined)

/** The texts of a list, over several lines and with comments. */
function listOf(lines: string, key: string): string[] | undefined {
  const start = new RegExp(`^\\s*${key}\\s*=\\s*\\[`, 'm').exec(lines)
  if (start === null) return undefined
  const found: string[] = []
  // "uvicorn[standard]"   'django>=5'   # comment   the bracket that ends the list
  for (const [token] of lines.slice(start.index + start[0].length).matchAll(/"(?:\\.|[^"\\])*"|'[^']*'|#.*|\]/g)) {
    if (token === ']') return found
    if (!token.startsWith('#')) found.push(token.slice(1, -1).replace(/\\(.)/g, '$1'))
  }
  return undefined
}
