import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const wrapper = fileURLToPath(new URL('measure.py', import.meta.url))

/**
 * Runs a command to its end: `{ wall, cpu }` in milliseconds, `memory` in kilobytes, `stdout` and `stderr` as text.
 * Throws with its last words where it does not end with 0.
 */
export async function measure([program, ...args], { input = '', env = process.env, cwd } = {}) {
  const folder = mkdtempSync(join(env.TMPDIR ?? tmpdir(), 'venvoy-measure-'))
  try {
    const [stdin, stdout, stderr] = ['stdin', 'stdout', 'stderr'].map((name) => join(folder, name))
    writeFileSync(stdin, input)
    const line = [wrapper, stdin, stdout, stderr, program, ...args]
    const { wall, cpu, memory, code } = JSON.parse((await run('python3', ['-I', '-S', ...line], { env, cwd })).stdout)
    const texts = { stdout: readFileSync(stdout, 'utf8'), stderr: readFileSync(stderr, 'utf8') }
    if (code !== 0) throw failed([program, ...args], code, texts)
    return { wall: wall * 1000, cpu: cpu * 1000, memory, ...texts }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Each contender once to warm up, uncounted, and then all of them in turn, A B A B …: what disturbs the machine disturbs
 * all alike. Gives the measurements of each, in the order of the rounds.
 */
export async function interleave(runs, contenders) {
  const names = Object.keys(contenders)
  for (const name of names) await contenders[name]()
  const measured = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < runs; round++) {
    for (const name of names) measured[name].push(await contenders[name]())
  }
  return measured
}

/** A figure must not be that of something that did not work. */
export function expectOutput(measured, pattern, what) {
  const text = measured.stdout + measured.stderr
  if (!pattern.test(text)) throw new Error(`${what} did not do its work: no ${pattern} in\n${text.slice(-2000)}`)
  return measured
}

const failed = (command, code, { stdout, stderr }) =>
  new Error(`${command.join(' ').slice(0, 300)}\nended with ${code}:\n${(stdout + stderr).slice(-2000)}`)
