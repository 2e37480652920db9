import { execFile, execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { HostFacts } from '../../src/facts/facts.js'
import { parseFacts } from '../../src/facts/parse-facts.js'
import { type ProbeQuestion, probeScript } from '../../src/facts/probe.js'

/** The shells that a host may have as `sh`, each once: `sh` is often one of the others. What this machine lacks is left out. */
export const shells = distinct([['dash'], ['bash'], ['busybox', 'sh'], ['sh']])

function distinct(candidates: readonly (readonly string[])[]): (readonly string[])[] {
  const real = candidates.map(([program]) => realPath(program!))
  return candidates.filter((_, i) => real[i] !== undefined && real.indexOf(real[i]) === i)
}

function realPath(program: string): string | undefined {
  try {
    return realpathSync(execFileSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).trim())
  } catch {
    return undefined
  }
}

/** A home folder of a test's own, and the probe in it. */
export interface ProbedHome {
  readonly path: string
  put(path: string, text: string): Promise<void>
  link(path: string, target: string): Promise<void>
  /** A Python that answers with these fields, and writes its name to `started` when it does. */
  python(path: string, version: string): Promise<void>
  ask(shell: readonly string[], question: ProbeQuestion, env?: Record<string, string>): Promise<string>
  facts(shell: readonly string[], question: ProbeQuestion, env?: Record<string, string>): Promise<HostFacts>
  remove(): Promise<void>
}

/** The folder's name has blanks, quotes and what shells expand, on purpose. */
export async function probedHome(): Promise<ProbedHome> {
  const temporary = await mkdtemp(join(tmpdir(), 'venvoy-probe-'))
  const path = join(temporary, "ann's home * $x")
  await mkdir(path, { recursive: true })

  const put = async (name: string, text: string) => {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), text)
  }
  const ask: ProbedHome['ask'] = async ([program, ...args], question, env) => {
    const defaults = { PATH: '/usr/bin:/bin', HOME: path, USER: 'ann', SHELL: '/bin/sh' }
    const options = { env: { ...defaults, ...env }, cwd: path, maxBuffer: 1e8 }
    const { stdout, stderr } = await promisify(execFile)(program!, [...args, '-c', probeScript(question)], options)
    if (stderr !== '') throw new Error(`the probe said: ${stderr}`)
    return stdout
  }
  return {
    path,
    put,
    async link(name, target) {
      await mkdir(dirname(join(path, name)), { recursive: true })
      await symlink(target, join(path, name))
    },
    async python(name, version) {
      const fields = [version, 'cpython', 'abi', 'linux-x86_64', 'yes', 'no', join(path, name)].join('\\037')
      await put(name, `#!/bin/sh\necho "$0" >>"$HOME/started"\nprintf '${fields.replaceAll("'", "'\\''")}\\n'\n`)
      await chmod(join(path, name), 0o755)
    },
    ask,
    facts: async (shell, question, env) => parseFacts(await ask(shell, question, env)),
    remove: () => rm(temporary, { recursive: true, force: true }),
  }
}
