import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const wrapper = fileURLToPath(new URL('measure.py', import.meta.url))
const sampleMs = 25

/**
 * Runs a command to its end, and ends what it leaves behind: `{ wall, cpu }` in milliseconds, `memory` in kilobytes,
 * `stdout` and `stderr` as text. `isSampled`: also `together`, the most that all its processes held, and no times worth
 * having. Throws with its last words where it does not end with 0.
 */
export async function measure([program, ...args], { input = '', env = process.env, cwd, isSampled = false } = {}) {
  const folder = mkdtempSync(join(env.TMPDIR ?? tmpdir(), 'venvoy-measure-'))
  try {
    const [stdin, stdout, stderr] = ['stdin', 'stdout', 'stderr'].map((name) => join(folder, name))
    writeFileSync(stdin, input)
    const line = [wrapper, stdin, stdout, stderr, String(isSampled ? sampleMs : 0), program, ...args]
    const { wall, cpu, code, ...sizes } = JSON.parse((await run('python3', ['-I', '-S', ...line], { env, cwd })).stdout)
    const texts = { stdout: readFileSync(stdout, 'utf8'), stderr: readFileSync(stderr, 'utf8') }
    if (code !== 0) throw failed([program, ...args], code, texts)
    return { wall: wall * 1000, cpu: cpu * 1000, ...sizes, ...texts }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A figure must not be that of something that did not work. */
export function expectOutput(measured, pattern, what) {
  const text = measured.stdout + measured.stderr
  if (!pattern.test(text)) throw new Error(`${what} did not do its work: no ${pattern} in\n${text.slice(-2000)}`)
  return measured
}

const failed = (command, code, { stdout, stderr }) =>
  new Error(`${command.join(' ').slice(0, 300)}\nended with ${code}:\n${(stdout + stderr).slice(-2000)}`)
