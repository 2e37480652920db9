import { type Placeholder, placeholderAt } from './placeholder.js'

/** A placeholder in a command, and what keeps it from being a word there. */
export interface Spot {
  readonly placeholder: Placeholder
  /** `in double quotes`; absent where the shell reads a word, which may touch other text. */
  readonly obstacle?: string
}

interface Code {
  readonly kind: 'plain' | 'substitution' | 'arithmetic' | 'parens'
  /** How many brackets are open. */
  depth: number
}

type Frame =
  | Code
  | { readonly kind: 'single' }
  | { readonly kind: 'ansi' }
  | { readonly kind: 'double' }
  | { readonly kind: 'backtick' }
  | { readonly kind: 'parameter'; readonly isInDouble: boolean }

const obstacles: Partial<Record<Frame['kind'], string>> = {
  single: 'in single quotes',
  ansi: 'in single quotes',
  double: 'in double quotes',
  backtick: 'in backticks',
  arithmetic: 'in arithmetic',
  parens: 'in arithmetic',
  parameter: 'in a parameter expansion',
}

interface Heredoc {
  readonly end: string
  readonly stripsTabs: boolean
}

/**
 * Finds the placeholders of a command, and where in the shell's grammar each stands. Those in comments are left out: they are
 * text. Where the grammar cannot be followed for sure, all that comes after counts as no place for a word.
 */
export function findSpots(text: string): Spot[] {
  return new Lexer(text).run()
}

class Lexer {
  private i = 0
  private readonly spots: Spot[] = []
  private readonly frames: Frame[] = [{ kind: 'plain', depth: 0 }]
  private heredocs: Heredoc[] = []
  private isWordStart = true
  private isLost = false

  constructor(private readonly text: string) {}

  run(): Spot[] {
    while (this.i < this.text.length) this.step()
    return this.spots
  }

  private get top(): Frame {
    return this.frames.at(-1)!
  }

  private step(): void {
    const frame = this.top
    if (this.placeholder(obstacles[frame.kind])) return
    const escapes = frame.kind !== 'single' && this.isAt('\\')
    if (escapes) this.escape()
    else if (frame.kind === 'single' || frame.kind === 'ansi') this.closeAt("'")
    else if (frame.kind === 'backtick') this.closeAt('`')
    else if (frame.kind === 'double') this.quoted('"')
    else if (frame.kind === 'parameter') this.parameter(frame.isInDouble)
    else this.code(frame)
  }

  private placeholder(obstacle: string | undefined): boolean {
    const placeholder = placeholderAt(this.text, this.i)
    if (!placeholder) return false
    const why = obstacle ?? (this.isLost ? 'behind what is not clear to venvoy here' : undefined)
    this.spots.push(why === undefined ? { placeholder } : { placeholder, obstacle: why })
    this.i = placeholder.end
    this.isWordStart = false
    return true
  }

  /** Where commands and words are read: at the top, in `$( )`, and in arithmetic as far as brackets and quotes go. */
  private code(frame: Code): void {
    // In `$(case x in a) …`, one bracket closes nothing.
    if (this.isWordStart && frame.kind === 'substitution' && /^case\s/.test(this.text.slice(this.i))) this.isLost = true
    if (this.isWordStart && this.isAt('#')) this.comment()
    else if (this.isAt("'")) this.open({ kind: 'single' })
    else if (this.isAt('"')) this.open({ kind: 'double' })
    else if (this.isAt('`')) this.open({ kind: 'backtick' })
    else if (this.isAt('$')) this.dollar()
    else if (this.isAt('(')) this.openParen(frame)
    else if (this.isAt(')')) this.closeParen(frame)
    else if (this.isAt('<<')) this.heredoc(frame)
    else if (this.isAt('\n') && this.heredocs.length > 0) this.heredocBodies()
    else this.isWordStart = /[\s;&|<>]/.test(this.text[this.i++]!)
  }

  private quoted(end: string): void {
    if (this.isAt('`')) this.open({ kind: 'backtick' })
    else if (this.isAt('$')) this.dollar()
    else this.closeAt(end)
  }

  private parameter(isInDouble: boolean): void {
    // In "${x#'}'}" a single quote quotes, and in "${x:-'}" it does not.
    if (this.isAt("'") && isInDouble) this.isLost = true
    if (this.isAt('"')) this.open({ kind: 'double' })
    else if (this.isAt("'") && !isInDouble) this.open({ kind: 'single' })
    else this.quoted('}')
  }

  private dollar(): void {
    this.isWordStart = false
    this.i++
    if (this.placeholder(obstacles[this.top.kind] ?? 'after a $')) return
    if (this.isAt('((')) this.open({ kind: 'arithmetic', depth: 2 }, 2)
    else if (this.isAt('(')) this.open({ kind: 'substitution', depth: 1 })
    else if (this.isAt('{')) this.open({ kind: 'parameter', isInDouble: this.isInDouble() })
    else if (this.isAt("'") && !this.isInDouble()) this.open({ kind: 'ansi' })
  }

  /** Whether a single quote is text here, as far as one can tell. */
  private isInDouble(): boolean {
    return this.frames.findLast((frame) => frame.kind !== 'parameter')?.kind === 'double'
  }

  private openParen(frame: Code): void {
    if (this.isWordStart && this.isAt('((') && frame.kind !== 'arithmetic') {
      this.open({ kind: 'parens', depth: 2 }, 2)
      return
    }
    frame.depth++
    this.isWordStart = true
    this.i++
  }

  private closeParen(frame: Code): void {
    frame.depth--
    this.i++
    const closes = frame.depth <= 0 && frame.kind !== 'plain'
    if (closes) this.frames.pop()
    // What follows `$( )` is the same word.
    this.isWordStart = !closes
  }

  private comment(): void {
    const end = this.text.indexOf('\n', this.i)
    this.i = end === -1 ? this.text.length : end
  }

  private heredoc(frame: Code): void {
    this.isWordStart = true
    if (this.isAt('<<<')) {
      this.i += 3
      return
    }
    if (frame.kind === 'arithmetic' || frame.kind === 'parens') {
      // `1 << 2` is a shift. Anything else says that these brackets were no arithmetic.
      this.isLost ||= !/^<<\s*[\d$(]/.test(this.text.slice(this.i, this.i + 20))
      this.i += 2
      return
    }
    const [opening, dash] = /^<<(-?)[ \t]*/.exec(this.text.slice(this.i))!
    this.i += opening!.length
    if (this.placeholder('at the end mark of a heredoc')) {
      this.isLost = true
      return
    }
    // EOF   'EOF'   \EOF
    const [word] = /^(?:'[^']*'|"[^"]*"|\\.|[^\s;&|<>()'"\\])*/s.exec(this.text.slice(this.i))!
    this.heredocs.push({ end: word.replace(/['"\\]/g, ''), stripsTabs: dash === '-' })
    this.i += word.length
  }

  private heredocBodies(): void {
    this.i++
    for (const { end, stripsTabs } of this.heredocs) {
      while (this.i < this.text.length) {
        const newline = this.text.indexOf('\n', this.i)
        const lineEnd = newline === -1 ? this.text.length : newline
        const line = this.text.slice(this.i, lineEnd)
        if ((stripsTabs ? line.replace(/^\t+/, '') : line) === end) {
          this.i = lineEnd + 1
          break
        }
        while (this.i < lineEnd) if (!this.placeholder('in a heredoc')) this.i++
        this.i = lineEnd + 1
      }
    }
    this.heredocs = []
    this.isWordStart = true
  }

  private escape(): void {
    this.i++
    if (this.placeholder(obstacles[this.top.kind] ?? 'after a backslash')) return
    // A backslash before a newline is nothing at all.
    if (this.text[this.i] !== '\n') this.isWordStart = false
    this.i++
  }

  private open(frame: Frame, length = 1): void {
    this.frames.push(frame)
    this.isWordStart = frame.kind === 'substitution' || frame.kind === 'parens'
    this.i += length
  }

  private closeAt(end: string): void {
    if (this.text[this.i] === end) {
      this.frames.pop()
      this.isWordStart = false
    }
    this.i++
  }

  private isAt(text: string): boolean {
    return this.text.startsWith(text, this.i)
  }
}
