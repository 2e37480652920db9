import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { VenvoyError } from '../errors.js'

/** What a git command left behind; a code other than 0 is for the caller to judge. */
export interface GitResult {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

export interface GitOptions {
  /** Added to this process' env. */
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

/** Git asks nothing, writes no index that it was only to read, and speaks the language of our own messages. */
const unattended = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }

/** A git hook that starts venvoy exports these: they would make every git command look at the hook's repository. */
const repositoryNames = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
]

/**
 * Runs git to its end, without a shell and without a terminal to ask at.
 * Throws a VenvoyError when git is not installed or the run was interrupted.
 */
export async function gitCommand(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  const child = startGit(args, options)
  child.stdin.end()
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  const code = await endOf(child)
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}

/** Starts git and leaves its streams to the caller, who waits for `endOf`. */
export function startGit(args: readonly string[], options: GitOptions = {}): ChildProcessWithoutNullStreams {
  const env: NodeJS.ProcessEnv = { ...process.env, ...unattended, ...options.env }
  for (const name of repositoryNames) delete env[name]
  return spawn('git', args, { env, signal: options.signal })
}

/** The exit code of a git that was started; 128 where a signal ended it. Rejects as `gitCommand` throws. */
export function endOf(child: ChildProcessWithoutNullStreams): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => reject(asFailure(error)))
    child.on('close', (code) => resolve(code ?? 128))
  })
}

function asFailure(error: NodeJS.ErrnoException): Error {
  if (error.name === 'AbortError')
    return new VenvoyError({ kind: 'interrupted', what: 'interrupted' }, { cause: error })
  if (error.code !== 'ENOENT') return error
  const next = 'apt-get install git   (or what installs git on this machine)'
  return new VenvoyError({ kind: 'config', what: 'git is not installed here, and the source needs it', next })
}

/** Git's last lines on stderr, five at most, as evidence in an error; credentials in addresses are taken out. */
export function lastWords({ code, stderr }: Pick<GitResult, 'code' | 'stderr'>): string[] {
  // `https://ann:token@git.example.com` → `https://git.example.com`
  const lines = stderr.replaceAll(/:\/\/[^/@\s]+@/g, '://').split('\n')
  const said = lines.map((line) => line.trim()).filter((line) => line !== '')
  return said.length === 0 ? [`git ended with code ${code} and said nothing`] : said.slice(-5)
}
