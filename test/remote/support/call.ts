import { type ChildProcess, spawn } from 'node:child_process'
import { resolve as resolvePath } from 'node:path'
import { type HelperEvent, helperSource, verifySource } from '../../../src/remote/helper.js'
import { runProgramText } from '../../../src/remote/python-program.js'

/** `sync` is a stub there. */
export const testPath = `${resolvePath('test/remote/support/bin')}:/usr/bin:/bin`

interface CallOptions {
  readonly python: string
  readonly home: string
  readonly action: string
  /** Default: that of deploys. */
  readonly program?: string
  /** JSON for most actions, raw bytes for `files`. */
  readonly input: unknown
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** A shell script around the helper, which is its `"$@"`. */
  readonly around?: string
}

interface CallResult {
  readonly code: number | null
  readonly signal: string | null
  readonly events: readonly HelperEvent[]
  /** What is not an event. */
  readonly stdout: string
  readonly stderr: string
}

/** Starts the helper as the runner does, with nothing of this process's env. */
export function startHelper(options: CallOptions): { process: ChildProcess; result: Promise<CallResult> } {
  const { python, home, action, input, program = (action === 'verify' ? verifySource : helperSource)() } = options
  const child = spawn('/bin/sh', ['-c', options.around ?? 'exec "$@"', 'sh', python, '-c', runProgramText, action], {
    env: { PATH: testPath, HOME: home, LANG: 'C', VENVOY_HELPER: program, ...options.env },
    cwd: options.cwd ?? '/',
    detached: true,
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(Buffer.isBuffer(input) ? input : JSON.stringify(input))
  return { process: child, result: collect(child) }
}

/** Runs one action to its end. */
export const callHelper = (options: CallOptions): Promise<CallResult> => startHelper(options).result

function collect(child: ChildProcess): Promise<CallResult> {
  const streams = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  child.stdout?.on('data', (chunk: Buffer) => streams.stdout.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => streams.stderr.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const lines = Buffer.concat(streams.stdout)
        .toString()
        .split(/(?<=\n)/)
      const events = lines.filter((line) => line.startsWith('\x1d')).map((line) => JSON.parse(line.slice(1)))
      const stdout = lines.filter((line) => !line.startsWith('\x1d')).join('')
      resolve({ code, signal, events, stdout, stderr: Buffer.concat(streams.stderr).toString() })
    })
  })
}

/** The input of `files`: its header and what follows it. */
export function filesInput(cache: string, blobs: readonly (readonly [string, number])[], body: Buffer): Buffer {
  const header = Buffer.from(JSON.stringify({ cache, blobs }))
  return Buffer.concat([Buffer.from(header.length.toString(16).padStart(8, '0')), header, body])
}
