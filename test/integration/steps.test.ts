import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StepShell, startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'

const shells: StepShell[] = ['dash', 'bash', 'busybox']

describe.each(shells)('steps on a real sshd with %s', (sh) => {
  let host: TestHost
  let desk: Desk
  beforeAll(async () => {
    host = await startHost('sshd', { login: 'dash', sh })
    desk = openDesk()
    desk.write('deploy.yml', {
      project: 'p',
      hosts: { web1: desk.know(host) },
      tasks: {
        ask: { on: 'hosts', run: [{ confirm: 'Sure?' }, 'echo sure'] },
        answer: {
          on: 'hosts',
          run: [
            { run: 'echo 42; exit 3', register: 'r', ok_codes: [3] },
            { local: 'echo here >made' },
            { run: 'echo then', when: 'results.r.stdout == 42 and results.r.code == 3' },
            { run: 'echo never', when: 'not results.r.ok' },
          ],
        },
        clean: {
          on: 'hosts',
          run: [
            { run: 'echo x >"$HOME/left"; exit 4', register: 'r' },
            { run: 'echo never', when: 'results.r.ok' },
            { run: 'rm "$HOME/left"; echo clean', always: true },
          ],
        },
        facts: {
          on: 'hosts',
          run: [
            { run: 'echo a', when: `facts.system == "linux" and facts.user == "${host.user}" and facts.cpus > 0` },
            { run: 'echo b', when: 'facts.system != "linux"' },
            { local: 'echo c', when: 'facts.memory_mb > 1 and facts.os in ["debian", "ubuntu", "alpine", "fedora"]' },
          ],
        },
      },
    })
  })
  afterAll(async () => {
    await host.stop()
    desk.remove()
  })

  it('ask nobody where nobody is there', async () => {
    const { code, stdout, stderr } = await desk.venvoy('run', 'ask')
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'Sure? cannot be asked: there is no terminal\n  try: add --yes, which answers yes\n',
    })
    const yes = await desk.venvoy('run', '--yes', 'ask')
    expect([yes.code, yes.stdout]).toEqual([0, 'sure\n'])
  })

  it('go by results, there and here', async () => {
    const { code, stdout } = await desk.venvoy('run', 'answer')
    expect([code, stdout]).toEqual([0, '42\nthen\n'])
    expect(readFileSync(join(desk.project, 'made'), 'utf8')).toBe('here\n')
  })

  it('clean up after a failure', async () => {
    const { code, stdout } = await desk.venvoy('run', 'clean')
    expect([code, stdout, existsSync(join(host.home, 'left'))]).toEqual([1, 'clean\n', false])
  })

  it('go by what the host is like, and say what they skip', async () => {
    const { code, stdout, stderr } = await desk.venvoy('run', '--plain', '-v', 'facts')
    expect([code, stdout]).toEqual([0, 'web1 | a\nweb1 | c\n'])
    expect(stderr).toContain('web1: echo b: skipped (when: facts.system != "linux")\n')
    expect(stderr).toMatch(/^1 ok, 1 step skipped in /m)
    const json = await desk.venvoy('run', '--json', 'facts')
    const events = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.filter(({ type }) => type === 'step:skip')).toEqual([
      {
        v: 1,
        type: 'step:skip',
        time: expect.any(String),
        host: 'web1',
        title: 'echo b',
        when: 'facts.system != "linux"',
      },
    ])
  })
})
