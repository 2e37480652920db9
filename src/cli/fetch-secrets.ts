import { spawn } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type SecretAnswer, type SecretSource, secretKey } from '../config/secret-source.js'
import { VenvoyError } from '../errors.js'
import type { World } from './world.js'

/** Without anybody at a terminal, a command that takes longer waits for one. Milliseconds. */
const longest = 60_000

/** Printed by a command in vain. */
const mostBytes = 1024 * 1024

export interface FetchedSecrets {
  /** By `secretKey`. */
  readonly answers: ReadonlyMap<string, SecretAnswer>
  readonly notes: readonly string[]
}

/**
 * Reads the files, runs the commands and asks the questions. `base`: the folder of deploy.yml. Questions come last, and only if
 * all else went well and `mayAsk`: an answer that is thrown away would be asked for again.
 */
export async function fetchSecrets(
  world: World,
  base: string,
  sources: readonly SecretSource[],
  mayAsk: boolean,
): Promise<FetchedSecrets> {
  const answers = new Map<string, SecretAnswer>()
  const notes: string[] = []
  const fetch = async (source: SecretSource) => {
    const answer = await answerOf(world, base, source, (text) => notes.push(text))
    answers.set(secretKey(source), answer)
  }
  const commands = sources.filter(({ from }) => from === 'command')
  // The first command may have to unlock a vault, which the others find open.
  if (commands[0] !== undefined) await fetch(commands[0])
  await Promise.all([...commands.slice(1), ...sources.filter(({ from }) => from === 'file')].map(fetch))
  const isComplete = mayAsk && [...answers.values()].every((answer) => 'value' in answer)
  if (isComplete || world.ask === undefined)
    for (const source of sources.filter(({ from }) => from === 'ask')) await fetch(source)
  return { answers, notes }
}

async function answerOf(
  world: World,
  base: string,
  source: SecretSource,
  onNote: (text: string) => void,
): Promise<SecretAnswer> {
  if (source.from === 'file') return readSecretFile(world, base, source.path, onNote)
  if (source.from === 'command') return runCommand(world, base, source.command, source.whole)
  if (source.from === 'env') return { value: world.env[source.name] ?? '' }
  const { question } = source
  if (world.ask === undefined) {
    return {
      trouble: `"${question}" cannot be asked: there is no terminal`,
      hint: 'with a name in secrets:, an env variable of that name answers',
    }
  }
  // `Password for the shop` gets a colon; `Which one?` is as it should be.
  return { value: await world.ask.secret(/[:?]\s*$/.test(question) ? `${question.trimEnd()} ` : `${question}: `) }
}

async function readSecretFile(
  { home }: World,
  base: string,
  written: string,
  onNote: (text: string) => void,
): Promise<SecretAnswer> {
  const path = written.startsWith('~/') ? resolve(home, written.slice(2)) : resolve(base, written)
  try {
    const [text, { mode }] = [await readFile(path, 'utf8'), await stat(path)]
    if ((mode & 0o077) !== 0) onNote(`the secret in ${written} can be read by others: chmod 600 ${path}`)
    return text.trim() === '' ? { trouble: `the file ${written} is empty` } : { value: withoutNewline(text) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { trouble: `there is no file ${written}`, hint: `looked at ${path}` }
    return { trouble: `the file ${written} cannot be read`, hint: message }
  }
}

function runCommand(
  { env, ask, stderr, signal }: World,
  cwd: string,
  command: string,
  whole: boolean,
): Promise<SecretAnswer> {
  return new Promise((done, fail) => {
    const child = spawn('/bin/sh', ['-c', command], {
      ...{ cwd, env: { ...env } as NodeJS.ProcessEnv, signal },
      // A vault may ask for its own password, at the terminal.
      stdio: [ask === undefined ? 'ignore' : 'inherit', 'pipe', 'pipe'],
      // In a group of its own it can be ended with all that it has started; but that takes the terminal from it.
      detached: ask === undefined,
    })
    const stop = () => {
      if (ask !== undefined) child.kill()
      else if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
    const timer = ask === undefined ? setTimeout(stop, longest) : undefined
    const printed: Buffer[] = []
    const said: Buffer[] = []
    let size = 0
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > mostBytes) stop()
      else printed.push(chunk)
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      said.push(chunk)
      if (ask !== undefined) stderr.write(chunk)
    })
    const cancelled = new VenvoyError({ kind: 'interrupted', what: 'cancelled' })
    child.on('error', (error) => fail(signal.aborted ? cancelled : error))
    child.on('close', (code, killed) => {
      clearTimeout(timer)
      const text = Buffer.concat(printed).toString()
      const value = whole ? withoutNewline(text) : text.split(/\r?\n/, 1)[0]!
      if (code === 0 && value !== '') return done({ value })
      const how = size > mostBytes ? 'printed more than 1 MB' : describeEnd(code, killed)
      done({ trouble: [`\`${command}\` ${how}`, ...lastWords(Buffer.concat(said))].join(': ') })
    })
  })
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  if (code === 0) return 'printed nothing'
  return code === null ? `was ended by ${signal} (after ${longest / 1000} s it counts as stuck)` : `exited with ${code}`
}

/** The last lines that a command said on stderr, as one. */
function lastWords(said: Buffer): string[] {
  const lines = said
    .toString()
    .split('\n')
    .map((line) => line.trim())
  const last = lines.filter((line) => line !== '').slice(-3)
  return last.length === 0 ? [] : [last.join(' / ').slice(-500)]
}

const withoutNewline = (text: string): string => text.replace(/\r?\n$/, '')
