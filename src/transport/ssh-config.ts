import { matchPatterns } from './known-hosts.js'
import { readSettings, type SshSettings } from './ssh-settings.js'

/** The outside of ssh_config: files, and who we are here. */
export interface SshConfigSources {
  /** The files in the order ssh reads them, each with the folder that its relative Includes start from. */
  readonly files: readonly { readonly path: string; readonly folder: string }[]
  readonly localUser: string
  /** The text of a file; undefined where there is none. */
  read(path: string): string | undefined
  /** The files that an Include names, in order; `~` and relative paths are understood. */
  glob(pattern: string, folder: string): readonly string[]
  /** What ssh itself makes of a host, for what venvoy does not follow; undefined where it cannot be asked. */
  ask?(question: SshConfigQuestion): Promise<SshSettings | undefined>
  /** Told once for each line that is left out. */
  note(text: string): void
}

/** The host as it was asked for, and what else is settled before ssh_config is read. */
export interface SshConfigQuestion {
  readonly alias: string
  readonly user?: string
}

export interface Line {
  readonly keyword: string
  readonly args: readonly string[]
  /** All behind the keyword, as it stands. */
  readonly rest: string
  readonly place: string
}

/** Looks hosts up as ssh does: the first value wins, IdentityFile gathers. Each file is read and parsed once, each Include listed once. */
export function sshConfig(sources: SshConfigSources): (question: SshConfigQuestion) => Promise<SshSettings> {
  const parsed = new Map<string, readonly Line[]>()
  const noted = new Set<string>()
  const lines = (path: string) => {
    const known = parsed.get(path) ?? parseLines(sources.read(path) ?? '', path)
    parsed.set(path, known)
    return known
  }
  const note = (text: string) => {
    if (!noted.has(text)) sources.note(text)
    noted.add(text)
  }
  const listed = new Map<string, readonly string[]>()
  const glob = (pattern: string, folder: string) => {
    const key = `${folder}\0${pattern}`
    const known = listed.get(key) ?? sources.glob(pattern, folder)
    listed.set(key, known)
    return known
  }
  return async (question) => {
    const lookup = new Lookup(question, { ...sources, glob }, lines)
    for (const { path, folder } of sources.files) lookup.readFile(path, folder, true, 0)
    const answer = lookup.leftOut.length === 0 ? undefined : await sources.ask?.(question)
    if (answer === undefined) for (const text of lookup.leftOut) note(text)
    return answer ?? lookup.settings()
  }
}

// CanonicalizeHostname yes
const isCanonical = ({ keyword, args }: Line) =>
  keyword === 'canonicalizehostname' && /^(yes|always|true)$/i.test(args[0] ?? '')

/** The lines of an ssh_config, as words. */
export function parseLines(text: string, path: string): Line[] {
  return text.split(/\r?\n/).flatMap((raw, index) => {
    // Host web1    HostName=10.0.0.7    IdentityFile = "~/my keys/id"
    const [, keyword, rest = ''] = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+|(?="))(.*)$/.exec(raw) ?? []
    if (keyword === undefined) return []
    const args = splitArgs(rest)
    return [{ keyword: keyword.toLowerCase(), args, rest: rest.trim(), place: `${path}:${index + 1}` }]
  })
}

/** Words with quotes and backslashes as in ssh; a `#` at the start of a word ends the line. */
function splitArgs(text: string): string[] {
  const args: string[] = []
  // "two words"   'two words'   a\ b   plain   #comment
  for (const [word] of text.trimEnd().matchAll(/(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|\\.|[^\s"'\\])+/g)) {
    if (word.startsWith('#')) break
    // What stands in quotes loses them; \" \' \\ and `\ ` lose the backslash.
    args.push(word.replace(/\\(["'\\ ])|["']/g, '$1'))
  }
  return args
}

class Lookup {
  readonly #question: SshConfigQuestion
  readonly #sources: SshConfigSources
  readonly #lines: (path: string) => readonly Line[]
  /** What only ssh itself follows, one line each. */
  readonly leftOut: string[] = []
  readonly #values = new Map<string, readonly string[]>()
  /** These gather; of all others the first value counts. */
  readonly #gathered = { identityfile: [] as string[], certificatefile: [] as string[] }

  constructor(question: SshConfigQuestion, sources: SshConfigSources, lines: (path: string) => readonly Line[]) {
    this.#question = question
    this.#sources = sources
    this.#lines = lines
  }

  /** `applies`: whether the block that includes this file does. */
  readFile(path: string, folder: string, applies: boolean, depth: number): void {
    let active = applies
    for (const line of this.#lines(path)) {
      if (line.keyword === 'host') active = applies && matchPatterns(line.args, this.#question.alias)
      else if (line.keyword === 'match') active = applies && this.#matches(line)
      else if (active && line.keyword === 'include' && depth < 16) this.#include(line, folder, depth)
      else if (active) {
        if (isCanonical(line)) this.leftOut.push(`${line.place}: venvoy does not follow CanonicalizeHostname`)
        this.#set(line)
      }
    }
  }

  settings(): SshSettings {
    const { identityfile: identityFiles, certificatefile: certificateFiles } = this.#gathered
    const hostName = this.#hostName()
    return {
      ...readSettings((keyword) => this.#values.get(keyword)),
      ...(hostName !== undefined && { hostName }),
      identityFiles,
      certificateFiles,
    }
  }

  #include(line: Line, folder: string, depth: number): void {
    for (const path of line.args.flatMap((pattern) => this.#sources.glob(pattern, folder))) {
      this.readFile(path, folder, true, depth + 1)
    }
  }

  #set({ keyword, args, rest }: Line): void {
    if (args[0] === undefined || args[0] === '') return
    // As if nothing were said: a later one counts.
    if (keyword === 'connecttimeout' && args[0] === 'none') return
    if (keyword === 'identityfile' || keyword === 'certificatefile') {
      const files = this.#gathered[keyword]
      if (!files.includes(args[0])) files.push(args[0])
      return
    }
    // Whichever of the two comes first counts, but that no jump keeps off no command.
    const jump = this.#values.get('proxyjump')?.[0] ?? 'none'
    if (keyword === 'proxycommand' && jump.toLowerCase() !== 'none') return
    if (keyword === 'proxyjump' && this.#values.has('proxycommand')) return
    // A command is for a shell to read.
    if (!this.#values.has(keyword)) this.#values.set(keyword, keyword === 'proxycommand' ? [rest] : args)
  }

  #hostName(): string | undefined {
    return this.#values
      .get('hostname')?.[0]
      ?.replace(/%[h%]/g, (token) => (token === '%h' ? this.#question.alias : '%'))
      .toLowerCase()
  }

  #matches({ args, place }: Line): boolean {
    const rest = args.flatMap((arg) => arg.split('=', 2))
    while (rest.length > 0) {
      const word = rest.shift()!
      const attribute = word.replace(/^!/, '').toLowerCase()
      if (attribute === 'all') continue
      const said = rest.shift()?.split(',') ?? []
      // Names of hosts have no case here; in a Host line they do.
      const patterns = attribute.endsWith('host') ? said.map((pattern) => pattern.toLowerCase()) : said
      const subject = this.#subject(attribute)
      if (subject === undefined) {
        this.leftOut.push(`${place}: the block is left out, because venvoy does not follow "Match ${attribute}"`)
        return false
      }
      if (matchPatterns(patterns, subject) === word.startsWith('!')) return false
    }
    return true
  }

  #subject(attribute: string): string | undefined {
    const { alias, user } = this.#question
    switch (attribute) {
      case 'host':
        return (this.#hostName() ?? alias).toLowerCase()
      case 'originalhost':
        return alias.toLowerCase()
      case 'user':
        return user ?? this.#values.get('user')?.[0] ?? this.#sources.localUser
      case 'localuser':
        return this.#sources.localUser
      default:
        return undefined
    }
  }
}
