import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shell } from '../../src/shell/command.js'
import { emptyContext, prefix, withEnv, withHooks, within } from '../../src/shell/context.js'
import { inContext } from '../shell/in-context.js'
import { localHost, type Ran, type Recorder, record } from '../support/session.js'
import { installTools, type Tools, wrapperVersions } from './virtualenvwrapper.js'

const prefixed = (...texts: string[]) =>
  withHooks(texts.reduce((context, text) => prefix(context, shell(text)), emptyContext))

describe.each(wrapperVersions('hooks'))('workon with the hooks of virtualenvwrapper %s', (version) => {
  const host = localHost()
  const venvs = join(host.home, '.virtualenvs')
  let tools: Tools
  let on: Recorder
  const run = (context: ReturnType<typeof prefixed>, command: string): Promise<Ran> =>
    on.run(inContext(context, command))
  const profile = (text: string) => writeFileSync(join(host.home, '.profile'), text)
  const hook = (name: string, text: string) =>
    writeFileSync(join(venvs, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 })

  beforeAll(async () => {
    tools = await installTools(version)
    await tools.shell(host.home, 'mkvirtualenv blog; mkvirtualenv other')
    on = await record(host.connection)
  }, 180_000)
  afterAll(() => {
    on.session.close()
    host.remove()
  })

  const inside = 'echo "$VIRTUAL_ENV"; python -c "import os, sys; print(os.path.realpath(sys.prefix))"'
  const active = (name: string) => ({
    code: 0,
    stopped: false,
    stdout: `${join(venvs, name)}\n${join(venvs, name)}\n`,
    stderr: '',
  })

  it('honours preactivate and postactivate, whose output is not the output of the command', async () => {
    profile(tools.profile)
    hook('blog/bin/preactivate', 'echo pre; echo "$PWD" >"$HOME/preactivate"')
    hook('blog/bin/postactivate', 'export FROM_HOOK=yes; echo post; cat; read line')
    hook('postactivate', 'echo global; export GLOBAL=yes')
    const ran = await run(prefixed('workon blog'), `${inside}; echo $FROM_HOOK $GLOBAL; cat`)
    hook('blog/bin/preactivate', '')
    hook('blog/bin/postactivate', '')
    hook('postactivate', '')
    expect(ran).toEqual({
      ...active('blog'),
      stdout: `${active('blog').stdout}yes yes\n`,
      stderr: 'pre\nglobal\npost\n',
    })
  })

  it('fails where a hook ends the shell, with its exit code, and never with success', async () => {
    profile(tools.profile)
    for (const [code, expected] of [
      [7, 7],
      [0, 1],
    ]) {
      hook('blog/bin/postactivate', `exit ${code}`)
      expect(await run(prefixed('workon blog'), 'echo ran')).toEqual({
        code: expected,
        stopped: false,
        stdout: '',
        stderr: 'workon: a hook ended the shell\n',
      })
    }
    hook('blog/bin/postactivate', 'return 3')
    expect(await run(prefixed('workon blog'), inside)).toEqual(active('blog'))
    hook('blog/bin/postactivate', '')
  })

  it('leaves the traps and the settings of others alone', async () => {
    profile(tools.profile)
    const context = prefixed('set -u; trap "echo theirs" EXIT', 'workon blog')
    expect(await run(context, 'echo "$-" | grep -o u; echo "$nope"; echo no')).toMatchObject({
      code: 127,
      stdout: 'u\ntheirs\n',
    })
  })

  it('deactivates the one before', async () => {
    profile(tools.profile)
    hook('blog/bin/predeactivate', 'echo leaves blog')
    hook('blog/bin/postdeactivate', 'echo left blog')
    const ran = await run(prefixed('workon blog', 'workon other'), `${inside}; deactivate; echo "[$VIRTUAL_ENV]"`)
    hook('blog/bin/predeactivate', '')
    hook('blog/bin/postdeactivate', '')
    expect(ran).toEqual({
      ...active('other'),
      stdout: `${active('other').stdout}[]\n`,
      stderr: 'leaves blog\nleft blog\n',
    })
  })

  it('goes to the project, and then where `cd:` says', async () => {
    profile(tools.profile)
    const project = join(host.home, 'a project')
    mkdirSync(project)
    writeFileSync(join(venvs, 'blog/.project'), `${project}\n`)
    expect((await run(prefixed('workon blog'), 'pwd')).stdout).toBe(`${project}\n`)
    expect((await run(prefixed('workon -n blog'), 'pwd')).stdout).toBe(`${host.home}\n`)
    expect((await run(within(prefixed('workon blog'), '/'), 'pwd')).stdout).toBe('/\n')
    rmSync(join(venvs, 'blog/.project'))
  })

  it.each([
    ['nosuch', 1, "no venv 'nosuch' in VENVS; there are: blog, other"],
    ["''", 2, "not the name of a venv: ''"],
    ['..', 2, "not the name of a venv: '..'"],
    ['-h', 2, "not the name of a venv: '-h'"],
    ['', 2, 'one name is wanted: workon NAME'],
  ])('refuses the name %j in the same words', async (name, code, message) => {
    profile(tools.profile)
    expect(await run(prefixed(`workon ${name}`), 'echo ran')).toEqual({
      code,
      stopped: false,
      stdout: '',
      stderr: `workon: ${message.replace('VENVS', venvs)}\n`,
    })
  })

  it('checks that the venv is active afterwards', async () => {
    profile(tools.profile)
    hook('blog/bin/postactivate', 'deactivate >/dev/null')
    const ran = await run(prefixed('workon blog'), 'echo ran')
    hook('blog/bin/postactivate', '')
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([
      1,
      '',
      `workon: virtualenvwrapper's workon ran, but this venv is not active: ${join(venvs, 'blog')}\n`,
    ])
  })

  describe('is found', () => {
    const python = () => `export VIRTUALENVWRAPPER_PYTHON=${tools.bin}/python`
    it.each([
      ['on PATH', () => `${python()}; PATH=$PATH:${tools.bin}`],
      [
        'by VIRTUALENVWRAPPER_SCRIPT',
        () => `${python()}; export VIRTUALENVWRAPPER_SCRIPT=${tools.bin}/virtualenvwrapper.sh`,
      ],
      [
        'by the lazy loader',
        () =>
          `${python()}; export VIRTUALENVWRAPPER_SCRIPT=${tools.bin}/virtualenvwrapper.sh; . ${tools.bin}/virtualenvwrapper_lazy.sh`,
      ],
      ['behind a start-up file that prints', () => `echo noise; ${tools.profile}\necho noise`],
      [
        'in a start-up file that returns early',
        () => `case $- in *i*) ;; *) ${tools.profile.replaceAll('\n', ';')} return ;; esac`,
      ],
    ])('%s', async (_, text) => {
      profile(text())
      hook('blog/bin/postactivate', 'export FROM_HOOK=yes')
      const ran = await run(prefixed('workon other', 'workon blog'), `${inside}; echo $FROM_HOOK`)
      hook('blog/bin/postactivate', '')
      expect([ran.code, ran.stdout]).toEqual([0, `${active('blog').stdout}yes\n`])
    })

    it('and looks for venvs where the context says', async () => {
      profile(`${python()}; PATH=$PATH:${tools.bin}`)
      mkdirSync(join(host.home, 'elsewhere'), { recursive: true })
      const ran = await run(withEnv(prefixed('workon blog'), { WORKON_HOME: join(host.home, 'elsewhere') }), 'echo ran')
      expect([ran.code, ran.stdout]).toEqual([1, ''])
      expect(ran.stderr).toContain(`workon: no venv 'blog' in ${join(host.home, 'elsewhere')}; there are: none\n`)
    })

    it('or not: that is said clearly', async () => {
      profile('PATH=/usr/bin:/bin')
      expect(await run(prefixed('workon blog'), 'echo ran')).toEqual({
        code: 127,
        stopped: false,
        stdout: '',
        stderr:
          'workon: hooks are asked for, but virtualenvwrapper is not there: no virtualenvwrapper.sh on PATH or where packages put it\n',
      })
    })

    it('or cannot be loaded: that is said clearly', async () => {
      writeFileSync(join(host.home, 'virtualenvwrapper.sh'), 'return 1\n')
      profile('export VIRTUALENVWRAPPER_SCRIPT=$HOME/virtualenvwrapper.sh')
      expect(await run(prefixed('workon blog'), 'echo ran')).toEqual({
        code: 127,
        stopped: false,
        stdout: '',
        stderr: `workon: ${host.home}/virtualenvwrapper.sh could not be loaded\n`,
      })
    })
  })
})
