import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder, venvoy } from './support/venvoy.js'

/** A project in a folder of its own, with a home beside it. */
function project(files: Readonly<Record<string, string>>): {
  folder: string
  home: string
  git(...args: string[]): void
} {
  const [folder, home] = [newFolder(), newFolder()]
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return { folder, home, git: (...args) => execFileSync('git', ['-C', folder, ...args], { stdio: 'ignore' }) }
}

/** The lines of deploy.yml that say something. */
const told = (folder: string, name = 'deploy.yml') =>
  readFileSync(join(folder, name), 'utf8')
    .split('\n')
    // What stands behind `#`, and the blanks before it.
    .map((line) => line.replace(/\s*#.*/, ''))
    .filter((line) => line !== '')

describe('venvoy init', () => {
  it('writes what it has found and says what to do next', async () => {
    const { folder, home, git } = project({
      'manage.py': "setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')  # django",
      'requirements/base.txt': 'django',
      'requirements/dev.txt': 'ruff',
    })
    mkdirSync(join(home, '.ssh'))
    writeFileSync(join(home, '.ssh', 'config'), 'Host web1\n  HostName 10.0.0.7\nHost *\n  User deploy\n')
    git('init', '-q', '-b', 'trunk')
    git('remote', 'add', 'origin', 'https://ann:token@git.example.com/shop.git')
    const file = join(folder, 'deploy.yml')
    expect(await venvoy({ args: ['-f', file, 'init'], home })).toEqual({
      code: 0,
      stderr: `${file} is written: a Django project, deployed from https://git.example.com/shop.git, to web1\n`,
      stdout: `next${' '.repeat(file.length + 15)}what for
venvoy check -f ${file}   what would stop a deploy, and the line that mends it
venvoy lock -f ${file}    exact versions, with hashes: pylock.toml; commit and push it
venvoy plan -f ${file}    what a deploy would do; nothing is changed
venvoy deploy -f ${file}  do it
`,
    })
    expect(told(folder).slice(1)).toEqual([
      'source:',
      '  git: https://git.example.com/shop.git',
      '  ref: trunk',
      'hosts:',
      '  web1: web1',
      'venv:',
      '  python: "3"',
      '  requirements: requirements/base.txt',
      'env:',
      '  DJANGO_SETTINGS_MODULE: shop.settings',
      'instances:',
      '  staging: { hosts: [web1], port: 8001 }',
      'deploy:',
      '  before_switch:',
      '    - { run: python manage.py migrate --noinput, once: true }',
      'tasks:',
      '  check: python manage.py check --deploy',
      '  uptime: { desc: How busy are the hosts?, on: hosts, run: uptime }',
    ])
  })

  it('writes a file that the other commands read', async () => {
    const { folder, home } = project({ 'src/api/main.py': 'app = FastAPI()\n', 'setup.py': '' })
    const file = join(folder, 'deploy.yml')
    expect((await venvoy({ args: ['init', '-f', file, '-H', 'me@web1.example.com'], home })).code).toBe(0)
    const { code, stderr, stdout } = await venvoy({ args: ['list', '-f', file], home })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('web1  me@web1.example.com\n')
    expect(told(folder)).toContain("    - python -c 'from api.main import app'")
  })

  it('overwrites nothing', async () => {
    expect(await venvoy({ files: { 'deploy.yml': 'mine' }, args: ['init'] })).toEqual({
      code: 2,
      stdout: '',
      stderr: `deploy.yml: it is there already, and venvoy init overwrites nothing
  try: venvoy check
       or write another one: venvoy init -f OTHER.yml
`,
    })
  })

  it('says why a file cannot be written', async () => {
    const { code, stderr } = await venvoy({ args: ['init', '-f', 'no/such/deploy.yml'] })
    expect({ code, stderr: stderr.split('\n')[0] }).toEqual({
      code: 2,
      stderr: 'no/such/deploy.yml: it cannot be written',
    })
  })
})
