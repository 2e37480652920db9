import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { VenvoyError } from '../errors.js'
import { endOf, lastWords, startGit } from './git-command.js'
import type { GitMirror } from './git-mirror.js'
import { pieceSize } from './pieces.js'

/** Takes one blob as it comes. */
interface Sink {
  readonly id: string
  chunk(data: Buffer): void
  end(): void
  fail(error: Error): void
}

/** Milliseconds without a request after which git is let go. */
const idle = 2_000

/**
 * Reads blobs through one `git cat-file --batch`, which is started when it is first needed and again when it was let go.
 * While nothing is asked of it, it keeps no process alive, ours included.
 */
export class GitBlobs {
  private child: ChildProcessWithoutNullStreams | undefined
  private readonly waiting: Sink[] = []
  private rest: Buffer = Buffer.alloc(0)
  /** Bytes of the current blob still to come, the newline behind it included; undefined: a header comes next. */
  private left: number | undefined
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly mirror: GitMirror,
    private readonly signal?: AbortSignal,
  ) {}

  /** The whole content of a blob. */
  read(id: string): Promise<Buffer> {
    const chunks: Buffer[] = []
    return this.ask(id, (data) => chunks.push(data)).then(() => Buffer.concat(chunks))
  }

  /** The same for a blob of so many bytes. Of a large one git is read no faster than the pieces are taken. */
  async *pieces(id: string, size: number): AsyncGenerator<Uint8Array> {
    if (size <= pieceSize) return yield await this.read(id)
    const child = startGit(['--git-dir', this.mirror.folder, 'cat-file', 'blob', id], { signal: this.signal })
    const said: Buffer[] = []
    child.stderr.on('data', (data: Buffer) => said.push(data))
    const ended = endOf(child)
    ended.catch(() => undefined)
    try {
      yield* child.stdout
    } finally {
      child.kill()
    }
    const code = await ended
    if (code !== 0) throw this.broken(lastWords({ code, stderr: Buffer.concat(said).toString() }))
  }

  /** Hands on a blob's content piece by piece, and its SHA-256 in the end. */
  async digest(id: string, onChunk: (data: Buffer) => void = () => undefined): Promise<string> {
    const hash = createHash('sha256')
    await this.ask(id, (data) => {
      hash.update(data)
      onChunk(data)
    })
    return hash.digest('hex')
  }

  private ask(id: string, chunk: (data: Buffer) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ id, chunk, end: resolve, fail: reject })
      this.child ??= this.start()
      this.hold(true)
      this.child.stdin.write(`${id}\n`)
    })
  }

  private start(): ChildProcessWithoutNullStreams {
    const child = startGit(['--git-dir', this.mirror.folder, 'cat-file', '--batch'], { signal: this.signal })
    const said: Buffer[] = []
    child.stderr.on('data', (data: Buffer) => said.push(data))
    child.stdout.on('data', (data: Buffer) => this.take(data))
    // A git that died is noticed by its end; writing to it is not a failure of its own.
    child.stdin.on('error', () => undefined)
    endOf(child).then(
      (code) => this.ended(child, this.broken(lastWords({ code, stderr: Buffer.concat(said).toString() }))),
      (error: Error) => this.ended(child, error),
    )
    return child
  }

  private take(data: Buffer): void {
    this.rest = this.rest.length === 0 ? data : Buffer.concat([this.rest, data])
    while (this.left === undefined ? this.takeHeader() : this.takeContent());
    if (this.waiting.length === 0) this.hold(false)
  }

  /** `3f2a91c… blob 1234`, or `3f2a91c… missing`. False: more must come first. */
  private takeHeader(): boolean {
    const end = this.rest.indexOf(0x0a)
    if (end < 0) return false
    const header = this.rest.subarray(0, end).toString()
    this.rest = this.rest.subarray(end + 1)
    const size = / blob (\d+)$/.exec(header)?.[1]
    if (size === undefined) this.waiting.shift()!.fail(this.broken([header]))
    else this.left = Number(size) + 1
    return true
  }

  private takeContent(): boolean {
    if (this.rest.length === 0) return false
    const part = this.rest.subarray(0, this.left)
    this.rest = this.rest.subarray(part.length)
    this.left! -= part.length
    const isLast = this.left === 0
    const content = isLast ? part.subarray(0, -1) : part
    this.waiting[0]!.chunk(content)
    if (!isLast) return true
    this.left = undefined
    this.waiting.shift()!.end()
    return true
  }

  /** Whether this process waits for git. */
  private hold(isNeeded: boolean): void {
    const { child } = this
    if (!child) return
    const handles = [child, child.stdin as Socket, child.stdout as Socket, child.stderr as Socket]
    for (const handle of handles) isNeeded ? handle.ref() : handle.unref()
    clearTimeout(this.timer)
    if (!isNeeded) this.timer = setTimeout(() => this.letGo(child), idle).unref()
  }

  private letGo(child: ChildProcessWithoutNullStreams): void {
    if (this.child === child) this.child = undefined
    child.stdin.end()
  }

  private ended(child: ChildProcessWithoutNullStreams, error: Error): void {
    if (this.child !== undefined && this.child !== child) return
    this.child = undefined
    this.rest = Buffer.alloc(0)
    this.left = undefined
    for (const sink of this.waiting.splice(0)) sink.fail(error)
  }

  private broken(why: readonly string[]): VenvoyError {
    const { folder } = this.mirror
    const what = 'the mirror of the repository is broken'
    return new VenvoyError({ kind: 'command', where: folder, what, why, next: `rm -r ${folder}` })
  }
}
