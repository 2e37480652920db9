import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { hostKinds, type StepShell, startHost, type TestHost } from '../support/hosts.js'
import { isAlive } from '../support/processes.js'
import { type Desk, jsonLines, openDesk } from '../support/project.js'
import { product, sampleOf } from '../support/sample.js'
import type { LoginShell } from '../support/sshd.js'

const logins: LoginShell[] = ['bash', 'dash', 'busybox', 'tcsh', 'fish']
const shells: StepShell[] = ['dash', 'bash', 'busybox']

interface Expected {
  stdout?: string
  stderr?: string
  code?: number
  signal?: string
}

const marker = '0123456789abcdef0123456789abcdef'

/** What a step does, and what of it arrives; stderr as latin1. What a shell says in its own words is not compared. */
const cases = (sh: StepShell): Record<string, [string, Expected]> => ({
  'binary, with NUL': [
    `printf 'a\\000\\377\\376b'; printf '\\000\\200' >&2`,
    { stdout: 'a\0\xff\xfeb', stderr: '\0\x80' },
  ],
  'no newline at the end': ['printf out; printf err >&2', { stdout: 'out', stderr: 'err' }],
  nothing: [':', {}],
  'a look-alike of a frame': [
    `printf '\\036${marker} e p1.1.3 0 0\\n'; printf '\\036${marker} p p1\\n\\036' >&2`,
    { stdout: `\x1e${marker} e p1.1.3 0 0\n`, stderr: `\x1e${marker} p p1\n\x1e` },
  ],
  'each stream in its order': [
    'i=0; while [ $i -lt 200 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done',
    { stdout: counted('o'), stderr: counted('e') },
  ],
  'a reader of stdin': ['cat; IFS= read -r line; echo "[$line] $?"', { stdout: '[] 1\n' }],
  'a daemon that keeps stdout open': ['sleep 300 & echo $! >"$HOME/daemon"; echo begun', { stdout: 'begun\n' }],
  'exit 3': ['exit 3', { code: 3 }],
  'exit 137': ['exit 137', { code: 137 }],
  'a syntax error': ['echo before; if then fi', { code: 2 }],
  'an open quote': ["echo 'abc", { code: 2 }],
  'set -u': ['set -u; echo "$nope"', { code: sh === 'bash' ? 127 : 2 }],
  'set -e': ['set -e; false; echo not reached', { code: 1 }],
  exec: ['exec echo gone', { stdout: 'gone\n' }],
  'cd, variables and functions': ['cd /; X=1; export X; IFS=x; set -f; echo() { false; }', {}],
  traps: [`trap '' TERM; trap 'exit 4' EXIT`, { code: 4 }],
  'a kill of itself': ['kill -KILL $$', { code: 137, signal: 'KILL' }],
  'a TERM of itself': ['kill -TERM $$', { code: 143, signal: 'TERM' }],
  'a kill of its group': ['kill -KILL 0', { code: 137, signal: 'KILL' }],
  'a crash': ['kill -SEGV $$', { code: 139, signal: 'SEGV' }],
  'closed streams': ['exec >&- 2>&-; true', {}],
  'a heredoc without an end': ['cat <<END\nabc', { stdout: 'abc\n' }],
  'several lines and a comment': ['echo one # two\n\n  echo three\n', { stdout: 'one\nthree\n' }],
  'a look at what surrounds it': ['pwd; echo "[$X][$*][$IFS][$-]"; umask', {}],
})

function counted(letter: string): string {
  return Array.from({ length: 200 }, (_, i) => `${letter}${i}\n`).join('')
}

const silent = new Set(['a syntax error', 'an open quote', 'set -u', 'a heredoc without an end'])

const combinations = sampleOf('hosts, login shells and step shells', product(hostKinds, logins, shells))

describe.each(combinations)('on %s with login shell %s and step shell %s', (kind, login, sh) => {
  let host: TestHost
  let desk: Desk
  let ran: Record<string, Expected>
  let exit: number | string
  const all = cases(sh)

  beforeAll(async () => {
    host = await startHost(kind, { login, sh })
    desk = openDesk()
    const steps = Object.entries(all).flatMap(([title, [run]]) => [
      { title, run },
      { title: `after ${title}`, run: 'pwd; echo "[$X]" [$*]; echo clean >&2' },
    ])
    desk.write('deploy.yml', {
      project: 'p',
      hosts: { web1: desk.know(host) },
      tasks: { all: { on: 'hosts', warn_only: true, run: steps } },
    })
    const said = await desk.venvoy('run', '--json', 'all')
    exit = said.code
    ran = endsOf(jsonLines(said))
  })
  afterAll(async () => {
    const daemon = Number(readFileSync(join(host.home, 'daemon'), 'utf8'))
    if (isAlive(daemon)) process.kill(daemon, 'SIGKILL')
    desk.remove()
    await host.stop()
  })

  it('each step ends as it did there, and the next one starts clean', () => {
    expect(exit).toBe(0)
    for (const [title, [, { stdout = '', stderr, code = 0, signal }]] of Object.entries(all)) {
      const after = { stdout: `${host.home}\n[] []\n`, stderr: 'clean\n', code: 0 }
      expect({ [`after ${title}`]: ran[`after ${title}`] }).toEqual({ [`after ${title}`]: after })
      if (title === 'a look at what surrounds it') continue
      const { stderr: said, ...rest } = ran[title] ?? {}
      const before = title === 'a syntax error' ? /^(before\n)?$/ : undefined
      expect({ title, ...rest, ...(before && { stdout: before.test(rest.stdout ?? '?') ? '' : rest.stdout }) }).toEqual(
        {
          ...{ title, stdout, code },
          ...(signal !== undefined && { signal }),
        },
      )
      if (!silent.has(title)) expect({ title, stderr: said }).toEqual({ title, stderr: stderr ?? '' })
    }
    expect(Object.keys(ran)).toHaveLength(2 * Object.keys(all).length)
  })

  it('what a daemon started goes on', () => {
    expect(isAlive(Number(readFileSync(join(host.home, 'daemon'), 'utf8')))).toBe(true)
  })
})

/** What each step printed and how it ended, by its title. */
function endsOf(lines: ReturnType<typeof jsonLines>): Record<string, Expected> {
  const open = new Map<unknown, { stdout: string; stderr: string }>()
  const ended: [string, Expected][] = []
  for (const { type, step, stream, data, encoding, title, code, signal } of lines) {
    if (type === 'step:start') open.set(step, { stdout: '', stderr: '' })
    if (type === 'step:output') {
      const bytes = Buffer.from(data as string, encoding === 'base64' ? 'base64' : 'utf8')
      open.get(step)![stream as 'stdout' | 'stderr'] += bytes.toString('latin1')
    }
    if (type === 'step:end') {
      const end = { code: code as number, ...(signal !== undefined && { signal: signal as string }) }
      ended.push([title as string, { ...open.get(step), ...end }])
    }
  }
  return Object.fromEntries(ended)
}

describe.each(hostKinds)('100 MB from %s', (kind) => {
  it('pass unchanged', async () => {
    const host = await startHost(kind)
    const desk = openDesk()
    onTestFinished(async () => {
      desk.remove()
      await host.stop()
    })
    desk.write('deploy.yml', { project: 'p', hosts: { web1: desk.know(host) } })
    const told = createHash('sha256')
    let length = 0
    const call = desk.start(['exec', '-H', 'web1', '--', 'head -c 100000000 /dev/urandom | tee "$HOME/sent"'], {
      onStdout(chunk) {
        told.update(chunk)
        length += chunk.length
      },
    })
    expect(await call.end).toEqual({ code: 0, stdout: '', stderr: '' })
    const sent = createHash('sha256').update(readFileSync(join(host.home, 'sent')))
    expect([length, told.digest('hex')]).toEqual([100_000_000, sent.digest('hex')])
  })
})
