import { describe, expect, it } from 'vitest'
import { draftOf } from '../../src/config/draft.js'
import type { Glimpse } from '../../src/config/glimpse.js'
import { readConfig } from '../../src/config/read.js'
import { starterText } from '../../src/config/starter.js'

function starter({
  files = {},
  ...said
}: Partial<Omit<Glimpse, 'files'>> & { files?: Record<string, string> }): string {
  const glimpse = { folder: 'blog', sshHosts: [], namedHosts: [], files: new Map(Object.entries(files)), ...said }
  const text = starterText(draftOf(glimpse))
  // Whatever was found, it is a file that venvoy reads.
  expect(readConfig({ file: 'deploy.yml', text }, { env: () => undefined }).diagnostics).toEqual([])
  return text
}

const django = {
  'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'blog.settings')\nfrom django.core import management\n",
}
const git = { remote: 'git@git.example.com:acme/blog.git', branch: 'main' }

describe('the first deploy.yml', () => {
  it('of a Django project with git, requirements, a Python version and one host', () => {
    const files = { ...django, 'requirements.txt': 'django==5.1\n', '.python-version': '3.11.7\n' }
    expect(starter({ files, git, sshHosts: ['git.example.com', 'web1'] })).toMatchInlineSnapshot(`
      "# What is deployed, and where to. \`venvoy check\` says what would stop a deploy, \`venvoy plan\` what it would do.
      # \`venvoy schema > deploy.schema.json\` gives editors every key, with what it means.
      project: blog

      source:
        git: git@git.example.com:acme/blog.git  # what is pushed there is deployed, not the files here
        ref: main                               # a branch, tag or commit

      hosts:
        web1: web1  # user@address:port; ssh_config counts too

      venv:
        python: "3.11"                  # as .python-version says
        requirements: requirements.txt  # a file of the source

      env:
        DJANGO_SETTINGS_MODULE: blog.settings
        # SECRET_KEY: !secret BLOG_SECRET_KEY  # the value of BLOG_SECRET_KEY where venvoy runs; it never shows

      instances:
        staging: { hosts: [web1], port: 8001 }  # its own venv, its own folder, its own env
        # production: { hosts: [web1], port: 8002, source: { ref: v1.0 } }

      deploy:
        before_switch:                                  # in the new release and its venv, before it serves
          - { run: python manage.py migrate --noinput, once: true }
        # after_switch: [systemctl --user restart web]  # what makes the new release serve

      tasks:
        check: python manage.py check --deploy  # venvoy run check: in the venv and the folder of the instance
        uptime: { desc: How busy are the hosts?, on: hosts, run: uptime }
      "
    `)
  })

  it('of a Flask app in a folder of a repository, with uv and no host', () => {
    const files = {
      'pyproject.toml': '[project]\nname = "My Shop"\nrequires-python = ">=3.10"\ndependencies = ["flask"]\n',
      'uv.lock': '',
      'shop/__init__.py': 'def create_app():\n    app = Flask(__name__)\n    return app\n',
    }
    const at = { remote: 'https://ann:token@git.example.com/acme/all.git', subdirectory: 'apps/shop' }
    expect(starter({ files, git: at, sshHosts: ['db1', 'web1', 'github.com'] })).toMatchInlineSnapshot(`
      "# What is deployed, and where to. \`venvoy check\` says what would stop a deploy, \`venvoy plan\` what it would do.
      # \`venvoy schema > deploy.schema.json\` gives editors every key, with what it means.
      project: My-Shop

      source:
        git: https://git.example.com/acme/all.git  # what is pushed there is deployed, not the files here
        subdirectory: apps/shop

      hosts:
        # ssh_config knows: db1, web1
        web1: deploy@web1.example.com  # an example: put your host here

      venv:
        python: "3"        # pyproject.toml wants >=3.10: say which, like 3.12
        lockfile: uv.lock  # exactly that, with hashes: a file of the source

      env:
        FLASK_APP: shop:create_app
        # SECRET_KEY: !secret MY_SHOP_SECRET_KEY  # the value of MY_SHOP_SECRET_KEY where venvoy runs; it never shows

      instances:
        staging: { hosts: [web1], port: 8001 }  # its own venv, its own folder, its own env
        # production: { hosts: [web1], port: 8002, source: { ref: v1.0 } }

      deploy:
        before_switch:                                  # in the new release and its venv, before it serves
          - flask routes
        # after_switch: [systemctl --user restart web]  # what makes the new release serve

      tasks:
        check: python -m pip check  # venvoy run check: in the venv and the folder of the instance
        uptime: { desc: How busy are the hosts?, on: hosts, run: uptime }
      "
    `)
  })

  it('of a FastAPI app whose packages only pyproject.toml has, for the hosts that are named', () => {
    const files = {
      'pyproject.toml':
        '[project]\nname = "api"\ndependencies = [\n  "fastapi>=0.110",  # the [framework]\n  "uvicorn[standard]",\n]\n',
      'api/main.py': 'from fastapi import FastAPI\napp: FastAPI = FastAPI(title="api")\n',
    }
    const namedHosts = ['deploy@web1.example.com:2222', '10.0.0.7']
    expect(starter({ files, namedHosts, sshHosts: ['other'] })).toMatchInlineSnapshot(`
      "# What is deployed, and where to. \`venvoy check\` says what would stop a deploy, \`venvoy plan\` what it would do.
      # \`venvoy schema > deploy.schema.json\` gives editors every key, with what it means.
      project: api

      source: { path: . }  # the files of this folder that git or .gitignore do not leave out

      hosts:
        web1: deploy@web1.example.com:2222  # user@address:port; ssh_config counts too
        "10.0.0.7": "10.0.0.7"              # user@address:port; ssh_config counts too

      venv:
        python: "3"  # a version like 3.12, or the path of an interpreter
        packages:    # as pyproject.toml has them
          - "fastapi>=0.110"
          - "uvicorn[standard]"

      # env:
        # SECRET_KEY: !secret API_SECRET_KEY  # the value of API_SECRET_KEY where venvoy runs; it never shows

      instances:
        staging: { hosts: [web1, "10.0.0.7"], port: 8001 }  # its own venv, its own folder, its own env
        # production: { hosts: [web1, "10.0.0.7"], port: 8002 }

      deploy:
        before_switch:                                  # in the new release and its venv, before it serves
          - python -c 'from api.main import app'
        # after_switch: [systemctl --user restart web]  # what makes the new release serve

      tasks:
        check: python -m pip check  # venvoy run check: in the venv and the folder of the instance
        uptime: { desc: How busy are the hosts?, on: hosts, run: uptime }
      "
    `)
  })

  it('of a package that nothing more is known of', () => {
    const files = { 'pyproject.toml': '[build-system]\nrequires = ["hatchling"]\n\n[project]\nname = "tool"\n' }
    expect(starter({ files })).toMatchInlineSnapshot(`
      "# What is deployed, and where to. \`venvoy check\` says what would stop a deploy, \`venvoy plan\` what it would do.
      # \`venvoy schema > deploy.schema.json\` gives editors every key, with what it means.
      project: tool

      source: { path: . }  # the files of this folder that git or .gitignore do not leave out

      hosts:
        web1: deploy@web1.example.com  # an example: put your host here

      venv:
        python: "3"      # a version like 3.12, or the path of an interpreter
        packages: ["."]  # the project itself, and with it what it needs

      instances:
        staging: { hosts: [web1] }  # its own venv, its own folder, its own env
        # production: { hosts: [web1] }

      # deploy:
        # after_switch: [systemctl --user restart web]  # what makes the new release serve

      tasks:
        check: python -m pip check  # venvoy run check: in the venv and the folder of the instance
        uptime: { desc: How busy are the hosts?, on: hosts, run: uptime }
      "
    `)
  })

  it('of an empty folder with an impossible name', () => {
    expect(starter({ folder: '%%%' })).toMatchInlineSnapshot(`
      "# What is deployed, and where to. \`venvoy check\` says what would stop a deploy, \`venvoy plan\` what it would do.
      # \`venvoy schema > deploy.schema.json\` gives editors every key, with what it means.
      project: project

      source: { path: . }  # the files of this folder that git or .gitignore do not leave out

      hosts:
        web1: deploy@web1.example.com  # an example: put your host here

      venv:
        python: "3"           # a version like 3.12, or the path of an interpreter
        # packages: [django]  # or requirements: requirements.txt

      instances:
        staging: { hosts: [web1] }  # its own venv, its own folder, its own env
        # production: { hosts: [web1] }

      # deploy:
        # after_switch: [systemctl --user restart web]  # what makes the new release serve

      tasks:
        check: python -m pip check  # venvoy run check: in the venv and the folder of the instance
        uptime: { desc: How busy are the hosts?, on: hosts, run: uptime }
      "
    `)
  })

  const odd: readonly (readonly [what: string, said: Parameters<typeof starter>[0], line: string])[] = [
    ['a project that YAML would take for a number', { folder: '2024' }, 'project: "2024"'],
    ['a host that YAML would take for a number', { namedHosts: ['7.example.com'] }, '  "7": "7.example.com"'],
    ['an IPv6 host', { namedHosts: ['deploy@[fe80::1]:22'] }, '  fe80-1: "deploy@[fe80::1]:22"'],
    [
      'two hosts of one first name',
      { namedHosts: ['web.a.example', 'web.b.example'] },
      '  web.a.example: web.a.example',
    ],
    [
      'a password in ssh://',
      { git: { remote: 'ssh://ann:pw@git.example.com/x' } },
      '  git: "ssh://ann@git.example.com/x"',
    ],
    ['a branch that YAML would take for a flag', { git: { ...git, branch: 'on' } }, '  ref: "on"'],
    ['a secret named for a project of digits', { folder: '2', files: django }, '  # SECRET_KEY: !secret SECRET_KEY'],
  ]
  it.each(odd)('writes %s so that it is read as it is', (_, said, line) => {
    expect(
      starter(said)
        .split('\n')
        .map((each) => each.replace(/ {2}#(?! SECRET).*/, '').trimEnd())
        .join('\n'),
    ).toContain(line)
  })
})
