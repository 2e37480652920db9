import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'

describe('a venv that virtualenv makes, from the real index', () => {
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-virtualenv-'))
  let host: TestHost
  let desk: Desk

  beforeAll(async () => {
    execFileSync('/usr/bin/python3', ['-m', 'venv', join(folder, 'tools')])
    execFileSync(join(folder, 'tools/bin/pip'), ['install', '-q', '--disable-pip-version-check', 'virtualenv<21'])
    host = await startHost('sshd', { programs: { virtualenv: join(folder, 'tools/bin/virtualenv') } })
    desk = openDesk()
    desk.write('app/hello.py', 'print("hello")\n')
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      venv: { python: '/usr/bin/python3', with: 'virtualenv' },
      instances: {
        alone: { hosts: ['web1'] },
        open: { hosts: ['web1'], venv: { system_site_packages: true } },
      },
    })
  })
  afterAll(async () => {
    await host.stop()
    desk.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const configOf = (name: string) => readFileSync(join(host.home, '.virtualenvs', name, 'pyvenv.cfg'), 'utf8')

  it('serves the release, and the second deploy finds nothing to do', async () => {
    const first = await desk.venvoy('deploy', '--all', '--yes')
    const second = await desk.venvoy('deploy', '--all', '--yes')
    expect([first.code, second.code, second.stderr]).toEqual([0, 0, expect.stringContaining('2 unchanged')])
  })

  it('is virtualenv’s own, and sees the global site-packages only where that is said', () => {
    expect(configOf('p-alone')).toMatch(/^virtualenv = 20\./m)
    expect(configOf('p-alone')).toMatch(/^include-system-site-packages = false$/m)
    expect(configOf('p-open')).toMatch(/^include-system-site-packages = true$/m)
  })

  it('is entered by workon, with its own python', async () => {
    const inside = await desk.venvoy('exec', '-i', 'alone', '--', 'python -c "import sys; print(sys.prefix)"')
    expect(inside.code).toBe(0)
    expect(inside.stdout).toContain(join(host.home, '.virtualenvs/.venvoy/'))
    expect(existsSync(join(host.home, '.virtualenvs/p-alone/bin/activate'))).toBe(true)
  })

  it('says what to type where the host has no virtualenv', async () => {
    const bare = await startHost('sshd')
    desk.write('bare.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(bare) },
      venv: { python: '/usr/bin/python3', with: 'virtualenv' },
      instances: { alone: { hosts: ['web1'] } },
    })
    const { code, stderr } = await desk.venvoy('-f', 'bare.yml', 'deploy')
    await bare.stop()
    expect(code).toBe(1)
    expect(stderr).toMatch(/apt(-get)? install .*virtualenv/)
  })
})
