import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Command, exec, path, secret, shell } from '../../src/shell/command.js'
import { as, type Context, emptyContext, inShell, prefix, withEnv, within, withPath } from '../../src/shell/context.js'
import { localHost, type Recorder, record } from '../support/session.js'
import { inContext } from './in-context.js'

/** Only root may become nobody without asking. */
const canSwitch = () => {
  try {
    execFileSync('sudo', ['-n', '-u', 'nobody', 'true'], { stdio: 'ignore' })
    return process.getuid?.() === 0
  } catch {
    return false
  }
}

describe.skipIf(!canSwitch())('a command as another user, by the real sudo', () => {
  const host = localHost()
  const folder = join(host.home, "it's shared")
  let on: Recorder
  const run = (context: Context, command: string | Command) => on.run(inContext(context, command))
  beforeAll(async () => {
    on = await record(host.connection)
    mkdirSync(folder)
    for (const each of [host.home, folder]) chmodSync(each, 0o755)
  })
  afterAll(() => {
    on.session.close()
    host.remove()
  })

  const value = `$HOME "q" it's \`id\` \\ !x\nVENVOY\n`
  const context = as(
    within(
      prefix(
        withPath(withEnv(emptyContext, { A: value, KEY: secret('KEY', 'not-for-ps') }), '/opt/mine'),
        shell('B=$(id -un)'),
      ),
      folder,
    ),
    'nobody',
  )

  it.each(['sh', 'bash', 'login'] as const)('has cwd, env, path and prefix inside, in %s', async (kind) => {
    const command = 'id -un; echo "$B"; pwd; printf "%s|" "$A"; echo "$HOME"; echo "$PATH" | cut -d: -f1; cat'
    const ran = await run(inShell(context, kind), command)
    const home = execFileSync('sh', ['-c', 'echo ~nobody'], { encoding: 'utf8' })
    expect(ran).toEqual({
      code: 0,
      stopped: false,
      stdout: `nobody\nnobody\n${folder}\n${value}|${home}/opt/mine\n`,
      stderr: '',
    })
  })

  it.each(['sh', 'bash', 'login'] as const)(
    "enters a venv of the one who logged in, and that one's folders, in %s",
    async (kind) => {
      const bin = join(host.home, '.virtualenvs/blog/bin')
      mkdirSync(bin, { recursive: true })
      writeFileSync(join(bin, 'activate'), '')
      writeFileSync(join(bin, 'python'), '#!/bin/sh\nid -un', { mode: 0o755 })
      const outer = prefix(withEnv(emptyContext, { WORKON_HOME: path('~/.virtualenvs') }), exec('workon', 'blog'))
      const ran = await run(
        inShell(as(within(outer, "~/it's shared"), 'nobody'), kind),
        'python; pwd; echo "$VIRTUAL_ENV $#"',
      )
      expect(ran).toEqual({
        code: 0,
        stopped: false,
        stdout: `nobody\n${folder}\n${join(host.home, '.virtualenvs/blog')} 0\n`,
        stderr: '',
      })
    },
  )

  it.each(['sh', 'bash', 'login'] as const)('shows nothing of the script in `ps`, in %s', async (kind) => {
    const command = ': run-by-this\ncat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n"'
    const ran = await run(inShell(prefix(context, shell(': guarded-by-this')), kind), command)
    expect(ran.stdout).toContain('sudo\n-n\n-H\n-u\nnobody\n--\n')
    for (const part of ['guarded-by-this', 'run-by-this', 'not-for-ps']) expect(ran.stdout).not.toContain(part)
  })

  it('hands its exit code, its signal and its streams over', async () => {
    expect(await run(context, 'echo out; echo err >&2; exit 7')).toEqual({
      code: 7,
      stopped: false,
      stdout: 'out\n',
      stderr: 'err\n',
    })
    const { code, signal } = await run(context, 'kill -9 $$')
    expect([code, signal]).toEqual([137, 'KILL'])
  })

  it('passes bytes through unchanged', async () => {
    const ran = await run(
      as(emptyContext, 'nobody'),
      `printf 'a\\000b\\377\\r\\n\\036'; head -c 1000000 /dev/zero | tr '\\0' x`,
    )
    expect(ran.stdout.slice(0, 7)).toBe('a\0b\xff\r\n\x1e')
    expect(ran.stdout.length).toBe(1_000_007)
  })

  it('runs nothing when a prefix fails inside', async () => {
    const inner = prefix(as(emptyContext, 'nobody'), shell('[ "$(id -un)" = root ]'))
    expect(await run(inner, 'echo a; echo b')).toEqual({ code: 1, stopped: false, stdout: '', stderr: '' })
  })

  it('runs nothing as a user that does not exist', async () => {
    const ran = await run(as(emptyContext, 'no-such-user'), 'echo a; echo b')
    expect([ran.code, ran.stdout]).toEqual([1, ''])
    expect(ran.stderr).toContain('unknown user')
  })

  it('ends only the step, with what it started, when it is stopped', async () => {
    const { ran } = await on.program(
      [{ id: 's', text: inContext(context, 'echo $$ >&2; sleep 61; echo no'), goesOn: true }],
      (id) => {
        setTimeout(() => on.session.stop(id), 300)
      },
    )
    expect([ran.s?.stopped, ran.s?.stdout]).toEqual([true, ''])
    expect((await on.run('pgrep -u nobody -fx "sleep 61" || echo none')).stdout).toBe('none\n')
  })
})
