import { quote, singleQuote } from './quote.js'

/** A value that only the shell may see. Everyone else reads `[NAME]`. */
export interface Secret {
  readonly kind: 'secret'
  readonly name: string
  readonly value: string
}

/** A path in which a leading `~/` or `~user/` means that home folder on the host. */
export interface HomePath {
  readonly kind: 'path'
  readonly text: string
}

/** One shell argument before quoting. A nested script is a word too: it is quoted when it is rendered, never earlier. */
export type Word = string | Secret | HomePath | { readonly kind: 'script'; readonly command: Command }

/** A tree of words to be run. Quoting happens once, in `render`. */
export type Command =
  | { readonly kind: 'exec'; readonly words: readonly Word[] }
  | { readonly kind: 'shell'; readonly parts: readonly (string | { readonly word: Word })[] }
  | { readonly kind: 'all'; readonly commands: readonly Command[] }
  | { readonly kind: 'pipe'; readonly commands: readonly Command[] }

/** Who reads a rendered command: the shell, or people (events, logs, errors, dry runs). */
export type Audience = 'shell' | 'log'

/** A program and its arguments: `exec('git', 'fetch', secret('token', t))`. */
export const exec = (...words: readonly Word[]): Command => ({ kind: 'exec', words })

/** Shell text as a person wrote it, with words put in between: `shell('kill ', { word: pid })`. */
export const shell = (...parts: readonly (string | { readonly word: Word })[]): Command => ({ kind: 'shell', parts })

/** One after the other, as long as each succeeds. */
export const all = (...commands: readonly Command[]): Command => ({ kind: 'all', commands })

/** The output of each is the input of the next. */
export const pipe = (...commands: readonly Command[]): Command => ({ kind: 'pipe', commands })

export const secret = (name: string, value: string): Secret => ({ kind: 'secret', name, value })

export const path = (text: string): HomePath => ({ kind: 'path', text })

/** The text of a command. For the log, secrets are replaced by their names. */
export function render(command: Command, audience: Audience): string {
  switch (command.kind) {
    case 'exec':
      return command.words
        .map((word, i) => renderWord(word, audience, { always: i === 0 && needsQuotes(word) }))
        .join(' ')
    case 'shell':
      return command.parts.map((part) => (typeof part === 'string' ? part : renderWord(part.word, audience))).join('')
    case 'all':
      return command.commands.map((each) => group(each, audience)).join(' && ')
    case 'pipe':
      return command.commands.map((each) => group(each, audience)).join(' | ')
  }
}

/** How a word is written: `always` puts even a harmless one in quotes; `home` is what `~` stands for. */
interface Writing {
  readonly always?: boolean | undefined
  readonly home?: string
}

/** One word, quoted for a POSIX shell. */
export function renderWord(word: Word, audience: Audience, { always = false, home = '"$HOME"' }: Writing = {}): string {
  const put = always ? singleQuote : quote
  if (typeof word === 'string') return put(word)
  switch (word.kind) {
    case 'secret':
      return audience === 'shell' ? put(word.value) : `[${word.name}]`
    case 'path':
      return renderPath(word.text, home)
    case 'script':
      return singleQuote(render(word.command, audience))
  }
}

// A program called `time` or `A=1` is one only in quotes; without, a shell takes the word for its own.
const needsQuotes = (word: Word): boolean =>
  typeof word === 'string' &&
  /=|^(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|in|function|select|time|coproc)$/.test(word)

/** Braces keep the meaning of a tree: without them `a && b | c` pipes only b. */
function group(command: Command, audience: Audience): string {
  const text = render(command, audience)
  if (command.kind === 'exec') return text
  // The newline before the brace ends a comment or a heredoc that the text may close with.
  return `{ ${text}\n}`
}

// `~/apps/blog` → "$HOME"/apps/blog     `~deploy/x y` → ~deploy/'x y'     `/srv` → /srv
function renderPath(text: string, home: string): string {
  const match = /^~([A-Za-z_][A-Za-z0-9_.-]*)?(?:\/(.*))?$/s.exec(text)
  if (!match) return quote(text)
  const [, user, rest] = match
  const folder = user === undefined ? home : `~${user}`
  return rest === undefined || rest === '' ? folder : `${folder}/${quote(rest)}`
}
