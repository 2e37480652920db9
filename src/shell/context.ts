import { VenvoyError } from '../errors.js'
import { type Audience, type Command, path, render, renderWord, type Secret, shell, type Word } from './command.js'
import { heredoc, loginHome, type ShellKind, type Switched, switchShell } from './switch-shell.js'

export type { ShellKind } from './switch-shell.js'

/**
 * All that surrounds a command: an immutable value. The functions below return a new one. In its folders, `~` is the home of
 * the user who logged in, whatever `user` is; another's is `~www`.
 */
export interface Context {
  readonly env: Readonly<Record<string, Word>>
  /** Folders put in front of PATH, the first one first. */
  readonly path: readonly string[]
  /** Commands that must succeed in the same shell before the command, the outermost first. */
  readonly prefixes: readonly Command[]
  readonly cwd?: string
  /** What the command reads, and only it; a newline ends it. Default: nothing. */
  readonly stdin?: string | Secret
  readonly user?: string
  /** What a sudo that asks for a password is told on the way to `user`. */
  readonly password?: Secret
  /** Default: sh. */
  readonly shell?: ShellKind
  /** Whether `workon` runs virtualenvwrapper's hooks, which takes its real function in a login bash. Default: no. */
  readonly hooks?: boolean
}

export const emptyContext: Context = { env: {}, path: [], prefixes: [] }

/** The names merge; the inner value wins. A name that no shell can export is a VenvoyError when the command is wrapped. */
export const withEnv = (context: Context, env: Readonly<Record<string, Word>>): Context => ({
  ...context,
  env: { ...context.env, ...env },
})

/** The inner folders are searched first. */
export const withPath = (context: Context, ...folders: readonly string[]): Context => ({
  ...context,
  path: [...folders, ...context.path],
})

/** `prefix(context, shell('workon class'))`: the outer prefixes run first. */
export const prefix = (context: Context, command: Command): Context => ({
  ...context,
  prefixes: [...context.prefixes, command],
})

/** A relative folder continues the outer one; an absolute one, or one that starts with `~`, begins anew. */
export function within(context: Context, folder: string): Context {
  const isFresh = context.cwd === undefined || /^[/~]/.test(folder)
  // `..` is left to the shell, which knows what `~` is: `~` and `../blog` make `~/../blog`.
  return { ...context, cwd: isFresh ? folder : `${context.cwd.replace(/\/+$/, '')}/${folder}` }
}

export const as = (context: Context, user: string): Context => ({ ...context, user })

export const inShell = (context: Context, kind: ShellKind): Context => ({ ...context, shell: kind })

export const withHooks = (context: Context, hooks = true): Context => ({ ...context, hooks })

/** The inner context inside the outer one, as if each of its parts had been said there. */
export function nest(outer: Context, inner: Context): Context {
  const { cwd, env, path: folders, prefixes, ...rest } = inner
  const merged: Context = {
    ...outer,
    ...rest,
    env: { ...outer.env, ...env },
    path: [...folders, ...outer.path],
    prefixes: [...outer.prefixes, ...prefixes],
  }
  return cwd === undefined ? merged : within(merged, cwd)
}

/** Shell functions that a script needs, by name; their text is src/remote's. */
export type Library = 'workon' | 'workon-hooks' | 'login-block'

/** A command in its context: what is run, and what people are shown of it. */
export interface Script {
  readonly libraries: readonly Library[]
  text(audience: Audience): string
}

/**
 * The one place where a command meets its context. From the outside in: the user switch, env, prefixes, cwd, and the
 * command verbatim and last. A prefix that fails stops everything, whatever the command holds (`a; b`, newlines, heredocs),
 * because it is not joined to the command but ends the shell.
 */
export function wrap(command: Command, context: Context, library: (name: Library) => string): Script {
  const libraries = librariesOf(command, context)
  const kind = context.hooks && libraries.length > 0 ? 'login' : (context.shell ?? 'sh')
  return {
    libraries,
    text(audience) {
      const functions = audience === 'shell' ? libraries.map(library) : []
      const lines = [...guards(context, audience), ...stdinOf(context, audience), render(command, audience)]
      const inner = [...functions, ...lines].join('\n')
      return switchShell(inner, kind, switchedTo(context, audience))
    },
  }
}

function switchedTo({ user, password }: Context, audience: Audience): Switched | undefined {
  if (user === undefined || password === undefined) return user === undefined ? undefined : { user }
  return { user, password: audience === 'shell' ? password.value : `[${password.name}]` }
}

/** The script that brings the shell which reads it into a context and leaves it there; a prefix that fails ends the shell. */
export function enter(context: Context, library: (name: Library) => string): string {
  const functions = librariesOf(shell(''), context).map(library)
  return [...functions, ...guards(context, 'shell')].join('\n')
}

function guards(context: Context, audience: Audience): string[] {
  const write: Writer = (word, always) =>
    renderWord(word, audience, { always, ...(context.user !== undefined && { home: loginHome }) })
  const lines: string[] = []
  const env = Object.entries(context.env).map(([name, word]) => assignment(name, word, write))
  if (env.length > 0) lines.push(`export ${env.join(' ')} || exit`)
  if (context.path.length > 0) {
    const folders = context.path.map((folder) => pathEntry(folder, write)).join(':')
    lines.push(`export PATH=${folders}"\${PATH:+:$PATH}" || exit`)
  }
  // The newline before the brace ends a comment or a heredoc with which a prefix may close.
  for (const command of context.prefixes) lines.push(`{ ${render(command, audience)}\n} || exit`)
  // After the prefixes: a `workon` that changes the folder (virtualenvwrapper's .project) does not override it.
  if (context.cwd !== undefined) lines.push(`cd -- ${write(path(fromHere(context.cwd)))} || exit`)
  return lines
}

/** A heredoc that holds from here on: for the command, which is all that comes. */
function stdinOf({ stdin }: Context, audience: Audience): string[] {
  if (stdin === undefined) return []
  const text = typeof stdin === 'string' ? stdin : audience === 'shell' ? stdin.value : `[${stdin.name}]`
  if (text.includes('\0'))
    throw new VenvoyError({ kind: 'config', what: 'what a command reads cannot hold a NUL byte' })
  return [`exec ${heredoc(text.replace(/\n$/, ''))}`]
}

type Writer = (word: Word, always?: boolean) => string

function assignment(name: string, word: Word, write: Writer): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new VenvoyError({
      kind: 'config',
      what: `${JSON.stringify(name)} cannot be the name of an env variable`,
      next: 'letters, digits and _ make a name, and no digit begins it',
    })
  }
  return `${name}=${write(word, true)}`
}

function pathEntry(folder: string, write: Writer): string {
  if (folder === '' || folder.includes(':')) {
    const what = `${JSON.stringify(folder)} cannot be a folder of PATH`
    throw new VenvoyError({ kind: 'config', what, next: 'give each folder by itself' })
  }
  return write(path(folder))
}

// A folder named `-`, and CDPATH, must not lead elsewhere: `blog` → ./blog
const fromHere = (cwd: string): string => (/^[/~]/.test(cwd) ? cwd : `./${cwd}`)

function librariesOf(command: Command, context: Context): Library[] {
  // `workon blog`, `cd /srv && workon blog`, `(workon blog; make)`
  const workon = /(?:^|[\s;&|({])workon(?:\s|$)/
  const texts = [...context.prefixes, command].map((each) => render(each, 'log'))
  if (texts.some((text) => text.startsWith('venvoy_login_block '))) return ['login-block']
  if (!texts.some((text) => workon.test(text))) return []
  return [context.hooks ? 'workon-hooks' : 'workon']
}
