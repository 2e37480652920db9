import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'

const tasks = `project: p
tasks:
  read: { on: hosts, run: 'cat; printf %s "$(id -un)"', stdin: !secret WORD }
  typed:
    on: hosts
    run:
      - run: |
          printf 'Password: '; read -r p; stty echo
          printf 'Continue? '; read -r c; echo "$c $p"; test -t 0
        pty: true
        answers: { "Password: ": !secret WORD, "Continue?": "yes" }
  open: { on: hosts, run: "printf 'Which one? '; read -r x", pty: true, timeout: 1 }
`

describe('what commands read, on a real sshd', () => {
  let host: TestHost
  let desk: Desk
  beforeAll(async () => {
    host = await startHost('sshd', { login: 'fish' })
    desk = openDesk()
    desk.write('deploy.yml', tasks)
    desk.write('deploy.local.yml', { hosts: { web1: desk.know(host) } })
  })
  afterAll(async () => {
    await host.stop()
    desk.remove()
  })
  const venvoy = (...words: string[]) => desk.start(words, { env: { WORD: 'w0rd of mine' } }).end

  it('comes from a secret, on stdin and on a terminal, and is kept nowhere', async () => {
    const read = await venvoy('run', '--unmasked', 'read')
    expect([read.code, read.stdout]).toEqual([0, `w0rd of mine\n${host.user}`])
    expect((await venvoy('run', 'read')).stdout).toBe(`[WORD]\n${host.user}`)
    const typed = await venvoy('run', 'typed')
    expect([typed.code, typed.stdout]).toEqual([0, 'Password: Continue? yes\nyes [WORD]\n'])
    expect(typed.stderr).not.toContain('w0rd of mine')
    const files = readdirSync(desk.home, { recursive: true, encoding: 'utf8' }).map((name) => join(desk.home, name))
    const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'utf8'))
    expect(texts.filter((text) => text.includes('w0rd of mine'))).toEqual([])
    expect(texts.some((text) => text.includes('[WORD]'))).toBe(true)
  })

  it('shows the question that nobody answers', async () => {
    const { code, stderr } = await venvoy('run', 'open')
    expect([code, stderr.includes('Which one?')]).toEqual([1, true])
    expect(stderr).toContain('took longer than 1 s and was stopped, with all that it had started')
  })
})
