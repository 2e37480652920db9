import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { processes } from '../support/processes.js'
import { type Desk, openDesk } from '../support/project.js'
import { canMakeUsers, type SudoUser, sudoUser } from '../support/sudo-user.js'

describe.skipIf(!canMakeUsers())('sudo with a password on a real sshd', () => {
  let user: SudoUser
  let host: TestHost
  let desk: Desk
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-sudo-files-'))
  beforeAll(async () => {
    user = sudoUser()
    user.allow('USER ALL=(nobody) ALL')
    // A language that is not ours, whether the machine has it or not.
    host = await startHost('sshd', { login: 'dash', user, env: { LC_ALL: 'de_DE.UTF-8', LANGUAGE: 'de' } })
    desk = openDesk()
    chmodSync(folder, 0o777)
    desk.write('big', 'x'.repeat(100_000))
    desk.write('deploy.yml', {
      project: 'p',
      hosts: { web1: desk.know(host) },
      tasks: {
        who: { on: 'hosts', user: 'nobody', run: ['id -un; echo up; sleep 0.3', 'pwd'] },
        code: { on: 'hosts', user: 'nobody', run: 'exit 4' },
        files: {
          on: 'hosts',
          user: 'nobody',
          cd: folder,
          run: [
            { upload: { from: 'big', to: 'big' } },
            { line: { in: 'f', line: 'x', create: true } },
            { download: { from: 'big', to: 'got' } },
          ],
        },
      },
    })
    desk.write('deploy.local.yml', 'sudo_password: !secret SUDO_WORD\n')
    const code = `import { task } from 'venvoy'
export const dynamic = task('By code', { on: 'hosts' }, async (c) => {
  const { stdout } = await c.sudo('id -un', { user: 'nobody' })
  await c.sudo('echo again ' + stdout.trim(), { user: 'nobody' })
})
`
    desk.write('tasks/more.ts', code)
  })
  afterAll(async () => {
    await host.stop()
    desk.remove()
    await user.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  const venvoy = (words: string[], SUDO_WORD: string | undefined) =>
    desk.start(words, { env: SUDO_WORD === undefined ? {} : { SUDO_WORD } })

  it('tells it to sudo, and to nobody else', async () => {
    const call = venvoy(['run', 'who'], user.password)
    await call.says('up')
    // venvoy itself has it from its env.
    const seen = processes().filter(({ pid }) => pid !== call.pid)
    const { code, stdout, stderr } = await call.end
    expect([code, stdout]).toEqual([0, `nobody\nup\n${host.home}\n`])
    const part = user.password.slice(0, 10)
    expect(seen.filter(({ args, env }) => `${args}${env}`.includes(part))).toEqual([])
    expect(stderr).not.toContain(part)
    const files = readdirSync(desk.home, { recursive: true, encoding: 'utf8' }).map((name) => join(desk.home, name))
    const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'utf8'))
    expect(texts.length).toBeGreaterThan(2)
    expect(texts.filter((text) => text.includes(part))).toEqual([])
  })

  it('tells it for steps that put and fetch files', async () => {
    const once = async () => {
      const { code, stdout, stderr } = await venvoy(['--plain', 'run', 'files'], user.password).end
      return { code, stdout, stderr: desk.mask(stderr).split('\n').slice(-3) }
    }
    expect(await once()).toEqual({ code: 0, stdout: '', stderr: ['web1: changed', '1 changed in TIME', ''] })
    expect(await once()).toEqual({ code: 0, stdout: '', stderr: ['web1: unchanged', '1 unchanged in TIME', ''] })
    expect(statSync(join(folder, 'big')).uid).toBe(Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' })))
    expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('x\n')
    expect(readFileSync(join(desk.project, 'got'), 'utf8')).toBe('x'.repeat(100_000))
    const { code, stderr } = await venvoy(['--plain', 'run', 'files'], 'wrong').end
    expect([code, stderr.includes('sudo refused the password on web1')]).toEqual([1, true])
  })

  it('tells it in tasks that are code, and for `exec --as`', async () => {
    const run = await venvoy(['run', 'more.dynamic'], user.password).end
    expect([run.code, run.stdout]).toEqual([0, 'nobody\nagain nobody\n'])
    const exec = await venvoy(['exec', '-H', 'web1', '--as', 'nobody', '--', 'id', '-un'], user.password).end
    expect([exec.code, exec.stdout]).toEqual([0, 'nobody\n'])
    const json = await venvoy(['run', '--json', 'code'], user.password).end
    expect([json.code, json.stdout.includes(user.password.slice(0, 10))]).toEqual([1, false])
  })

  it('says what is missing, and what is wrong', async () => {
    const unset = await venvoy(['run', 'who'], undefined).end
    const wrong = await venvoy(['run', 'who'], 'wrong').end
    const none = await venvoy(['run', '--ask-sudo-password', 'who'], undefined).end
    const login = `${user.name}@127.0.0.1:${host.port}`
    const key = ['--identity', join(desk.home, '.ssh/key1')]
    const bare = await venvoy(['exec', ...key, '-H', login, '--as', 'nobody', '--', 'id'], undefined).end
    expect([unset.code, wrong.code, none.code, bare.code]).toEqual([1, 1, 2, 1])
    expect(unset.stderr).toContain('web1: sudo asks for a password, and the env variable SUDO_WORD is not set\n')
    expect(wrong.stderr).toContain('sudo refused the password on web1\n')
    expect(none.stderr).toContain('--ask-sudo-password: there is no terminal to ask at\n')
  })

  it('is found by a check', async () => {
    const { stdout } = await venvoy(['check'], undefined).end
    expect(stdout).toContain(`sudo to nobody asks ${user.name} for a password, and SUDO_WORD is not set`)
  })
})
