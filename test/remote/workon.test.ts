import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exec, path, shell } from '../../src/shell/command.js'
import { type Context, emptyContext, inShell, prefix, withEnv, within } from '../../src/shell/context.js'
import { inContext } from '../shell/in-context.js'
import { localHost, type Ran, type Recorder, record } from '../support/session.js'

const workon = (...words: string[]) => prefix(emptyContext, exec('workon', ...words))
const prefixed = (...texts: string[]) => texts.reduce((context, text) => prefix(context, shell(text)), emptyContext)

/** What `workon` looks for in a venv, and a Python that tells its name. */
function makeVenv(folder: string, bin = 'bin'): void {
  mkdirSync(join(folder, bin), { recursive: true })
  writeFileSync(join(folder, bin, 'activate'), 'echo activate was read >&2\n')
  writeFileSync(join(folder, bin, 'python'), `#!/bin/sh\necho "the Python of ${folder}"\n`, { mode: 0o755 })
}

for (const sh of ['dash', 'bash', 'busybox sh']) {
  describe(`workon in ${sh}`, () => {
    const host = localHost({ PYTHONPATH: '/kept' })
    const venvs = join(host.home, '.virtualenvs')
    const venv = (name: string) => join(venvs, name)
    const there = 'blog, copy, dead, linked, two words'
    let on: Recorder
    const run = (context: Context, command: string): Promise<Ran> => on.run(inContext(context, command))
    const start = (text: string) => writeFileSync(join(host.home, '.profile'), text)
    beforeAll(async () => {
      for (const name of ['blog', 'copy', 'dead', 'two words', '.store/1/linked', '.store/2/another'])
        makeVenv(venv(name))
      makeVenv(join(host.home, 'other venvs/blog'))
      makeVenv(join(host.home, 'other venvs/only'))
      makeVenv(join(host.home, 'Envs/of-windows'), 'Scripts')
      makeVenv(join(host.home, 'Envs/posix'))
      mkdirSync(venv('no-venv'))
      symlinkSync('.store/1/linked', venv('linked'))
      symlinkSync('.store/gone', venv('dangling'))
      rmSync(venv('dead/bin/python'))
      symlinkSync('/no/such/python', venv('dead/bin/python'))
      on = await record(host.connection, { sh })
    })
    afterAll(() => {
      on.session.close()
      host.remove()
    })

    it('makes the venv the active one', async () => {
      const seen =
        'python; echo "$VIRTUAL_ENV"; echo "$VIRTUAL_ENV_PROMPT"; echo "$PATH" | cut -d: -f1; pwd; sh -c python; workon nope'
      expect(await run(workon('blog'), `${seen} 2>/dev/null || echo "$PATH" | grep -c "$VIRTUAL_ENV"`)).toEqual({
        code: 0,
        stopped: false,
        stdout: `the Python of ${venv('blog')}\n${venv('blog')}\nblog\n${venv('blog')}/bin\n${host.home}\nthe Python of ${venv('blog')}\n1\n`,
        stderr: '',
      })
    })

    it('enters a venv as Windows has it, and lists it', async () => {
      const inEnvs = (name: string) => withEnv(workon(name), { WORKON_HOME: path('~/Envs') })
      expect(await run(inEnvs('of-windows'), 'python; deactivate; echo "$PATH"')).toEqual({
        code: 0,
        stopped: false,
        stdout: `the Python of ${host.home}/Envs/of-windows\n${process.env.PATH}\n`,
        stderr: '',
      })
      expect((await run(inEnvs('nope'), 'true')).stderr).toBe(
        `workon: no venv 'nope' in ${host.home}/Envs; there are: of-windows, posix\n`,
      )
    })

    it('leaves what is outside as it was', async () => {
      await run(workon('blog'), 'python')
      expect((await run(emptyContext, 'echo "[$VIRTUAL_ENV]"; echo "$PATH"')).stdout).toBe(`[]\n${process.env.PATH}\n`)
    })

    it('takes PYTHONHOME away, and nothing else', async () => {
      const ran = await run(
        prefix(withEnv(emptyContext, { PYTHONHOME: '/x' }), shell('workon blog')),
        'env | grep ^PYTHON',
      )
      expect(ran.stdout).toBe('PYTHONPATH=/kept\n')
    })

    const refused: [string, string[], number, string][] = [
      ['no name', [], 2, 'one name is wanted: workon NAME'],
      ['two names', ['blog', 'copy'], 2, 'one name is wanted: workon NAME'],
      ['only an option', ['-n'], 2, 'one name is wanted: workon NAME'],
      ...['', '.', '..', 'a/b', '/', '../x', '-x', '-n x', 'blog/'].map((name): [string, string[], number, string] => [
        JSON.stringify(name),
        [name],
        2,
        `not the name of a venv: '${name}'`,
      ]),
      ['a venv that is not there', ['nope'], 1, `no venv 'nope' in ${venvs}; there are: ${there}`],
      ['a name with special characters', ["$(id)'*"], 1, `no venv '$(id)'*' in ${venvs}; there are: ${there}`],
      ['a folder that is no venv', ['no-venv'], 1, `no venv 'no-venv' in ${venvs}; there are: ${there}`],
      ['the folder that venvoy keeps', ['.store'], 1, `no venv '.store' in ${venvs}; there are: ${there}`],
      [
        'a dangling link',
        ['dangling'],
        1,
        `venv 'dangling' in ${venvs} is a link to what is not there; there are: ${there}`,
      ],
      ['a venv whose Python is gone', ['dead'], 1, `the Python of venv 'dead' is gone: ${venv('dead')}/bin/python`],
    ]
    it.each(refused)('refuses %s, and runs nothing', async (_, words, code, message) => {
      expect(await run(workon(...words), 'echo a; echo b')).toEqual({
        code,
        stopped: false,
        stdout: '',
        stderr: `workon: ${message}\n`,
      })
    })

    it('says that there are none', async () => {
      const ran = await run(
        prefix(withEnv(emptyContext, { WORKON_HOME: '/no/such' }), exec('workon', 'blog')),
        'echo ran',
      )
      expect([ran.code, ran.stderr]).toEqual([1, "workon: no venv 'blog' in /no/such; there are: none\n"])
    })

    const entered: [string, Context, string][] = [
      ['a name with a space', workon('two words'), venv('two words')],
      ['a link, to where it leads', workon('linked'), venv('.store/1/linked')],
      ['behind other commands', prefixed('cd /', 'true && workon blog # our venv'), venv('blog')],
      ['with set -u, -e and -f before it', prefixed('set -uef', 'workon blog'), venv('blog')],
      ['with set -u before an error', prefixed('set -uf', 'workon nope || workon blog'), venv('blog')],
      ['in another IFS', prefixed('IFS=/', 'workon blog'), venv('blog')],
      [
        'where WORKON_HOME says',
        prefix(withEnv(emptyContext, { WORKON_HOME: path('~/other venvs') }), exec('workon', 'blog')),
        join(host.home, 'other venvs/blog'),
      ],
      [
        'where WORKON_HOME says, literally ~',
        prefix(withEnv(emptyContext, { WORKON_HOME: '~/other venvs' }), exec('workon', 'blog')),
        join(host.home, 'other venvs/blog'),
      ],
      [
        'where WORKON_HOME says, below the home',
        prefix(withEnv(emptyContext, { WORKON_HOME: 'other venvs' }), exec('workon', 'blog')),
        join(host.home, 'other venvs/blog'),
      ],
      ['in bash', inShell(workon('blog'), 'bash'), venv('blog')],
      ['in a login shell', inShell(workon('blog'), 'login'), venv('blog')],
      ['after another one', prefixed('workon copy', 'workon blog'), venv('blog')],
    ]
    it.each(entered)('enters a venv %s', async (_, context, folder) => {
      const ran = await run(context, `python; echo "$PATH" | tr : '\\n' | grep -cE 'virtualenvs/|other venvs/'`)
      expect([ran.code, ran.stdout]).toEqual([0, `the Python of ${folder}\n1\n`])
    })

    it('works in the command, too', async () => {
      const ran = await run(
        emptyContext,
        'workon blog; python; workon copy && python; deactivate; echo "[$VIRTUAL_ENV]"',
      )
      expect(ran.stdout).toBe(`the Python of ${venv('blog')}\nthe Python of ${venv('copy')}\n[]\n`)
    })

    it('keeps the venv when the link is switched', async () => {
      symlinkSync('.store/1/linked', venv('switched'))
      const ran = await run(workon('switched'), `ln -sfn .store/2/another '${venv('switched')}'; python`)
      rmSync(venv('switched'))
      expect(ran.stdout).toBe(`the Python of ${venv('.store/1/linked')}\n`)
    })

    it.each(['deactivate', 'set -u; deactivate', 'deactivate nondestructive; deactivate'])(
      'is undone by %j',
      async (text) => {
        const context = prefix(withEnv(emptyContext, { PYTHONHOME: '/x' }), shell('workon copy; workon blog'))
        const ran = await run(
          context,
          `${text}\necho "$PATH"; env | grep -E '^(VIRTUAL|PYTHON|_OLD)' | sort; deactivate 2>/dev/null || echo gone`,
        )
        expect(ran.stdout).toBe(`${process.env.PATH}\nPYTHONHOME=/x\nPYTHONPATH=/kept\ngone\n`)
      },
    )

    describe('with a .project', () => {
      beforeAll(() => {
        mkdirSync(join(host.home, 'two words'))
        makeVenv(venv('project'))
        writeFileSync(join(venv('project'), '.project'), join(host.home, 'two words'))
        makeVenv(venv('project-gone'))
        writeFileSync(join(venv('project-gone'), '.project'), '/no/such/project\n')
      })
      afterAll(() => {
        for (const name of ['project', 'project-gone']) rmSync(venv(name), { recursive: true })
      })

      it.each([
        ['goes there', workon('project'), 'two words'],
        ['goes where `cd:` says instead', within(workon('project'), '/'), undefined],
        ['stays with -n', workon('-n', 'project'), ''],
        ['goes there with -c', prefixed('VIRTUALENVWRAPPER_WORKON_CD=0', 'workon -c project'), 'two words'],
        ['stays where it is told to', prefixed('VIRTUALENVWRAPPER_WORKON_CD=0', 'workon project'), ''],
        ['goes there with set -e before', prefixed('set -eu', 'workon project'), 'two words'],
      ])('%s', async (_, context, folder) => {
        const ran = await run(context, 'pwd')
        expect([ran.code, ran.stdout]).toEqual([
          0,
          folder === undefined ? '/\n' : `${join(host.home, folder, '/').slice(0, -1)}\n`,
        ])
      })

      it('enters the venv although the folder is gone, and says so', async () => {
        const ran = await run(workon('project-gone'), 'pwd; python')
        expect([ran.code, ran.stdout]).toEqual([0, `${host.home}\nthe Python of ${venv('project-gone')}\n`])
        expect(ran.stderr).toContain('/no/such/project')
      })
    })

    describe('where WORKON_HOME is set in a start-up file', () => {
      const ours = `export WORKON_HOME="$HOME/other venvs"`
      afterAll(() => {
        for (const file of ['.profile', '.bashrc']) rmSync(join(host.home, file), { force: true })
      })

      it.each([
        ['says only that', ours],
        ['prints and reads', `echo noise; cat; echo noise >&2; ${ours}; printf more`],
      ])('finds the venv by a .profile that %s', async (_, text) => {
        start(text)
        expect(await run(workon('only'), 'python; echo "[$WORKON_HOME]"')).toEqual({
          code: 0,
          stopped: false,
          stdout: `the Python of ${join(host.home, 'other venvs/only')}\n[]\n`,
          stderr: '',
        })
      })

      it('lists what is there by .profile', async () => {
        start(ours)
        expect((await run(workon('nope'), 'echo ran')).stderr).toBe(
          `workon: no venv 'nope' in ${join(host.home, 'other venvs')}; there are: blog, only\n`,
        )
      })

      it('explains a .bashrc that only a terminal reads', async () => {
        start('. "$HOME/.bashrc"\n')
        writeFileSync(join(host.home, '.bashrc'), `case $- in *i*) ;; *) return ;; esac\n${ours}\n`)
        expect((await run(workon('only'), 'echo ran')).stderr).toBe(
          `workon: no venv 'only' in ${venvs}; there are: ${there}\n` +
            'workon: WORKON_HOME is set in ~/.bashrc, which only a shell at a terminal reads to its end: set it in ~/.profile\n',
        )
      })
    })
  })
}
