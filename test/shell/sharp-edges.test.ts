import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Command, exec, path, secret, shell } from '../../src/shell/command.js'
import { type Context, emptyContext, inShell, prefix, withEnv, within, withPath } from '../../src/shell/context.js'
import { localHost, type Ran, type Recorder, record } from '../support/session.js'
import { inContext } from './in-context.js'

const prefixed = (...texts: string[]) => texts.reduce((context, text) => prefix(context, shell(text)), emptyContext)
const nasty = `$HOME "q" it's \`id\` \\ \\n !x *\n~ # ; & | ( ) { } <<E ünï\t\n`

for (const sh of ['dash', 'bash', 'busybox sh']) {
  describe(`a command in its context, run by ${sh}`, () => {
    const host = localHost()
    let on: Recorder
    const run = async (context: Context, command: string | Command): Promise<Ran> => on.run(inContext(context, command))
    beforeAll(async () => {
      on = await record(host.connection, { sh })
      for (const folder of ["it's a folder", '-', '-x', 'two words', '~root', 'sub/sub'])
        mkdirSync(join(host.home, folder), { recursive: true })
      mkdirSync(join(host.home, 'elsewhere/sub'), { recursive: true })
    })
    afterAll(() => {
      on.session.close()
      host.remove()
    })

    const commands: [string, string, { stdout: string; code?: number }][] = [
      ['a;', 'echo a; echo b', { stdout: 'a\nb\n' }],
      ['a newline', 'echo a\nfalse\necho b', { stdout: 'a\nb\n' }],
      ['a heredoc at the end', 'cat <<EOF\na $A\nEOF', { stdout: 'a b c\n' }],
      ['a trailing &', 'echo a; : &', { stdout: 'a\n' }],
      ['a trailing comment', 'echo a # b', { stdout: 'a\n' }],
      ['only a comment', '# a', { stdout: '' }],
      ['a || b', 'false || echo b', { stdout: 'b\n' }],
      ['a && b', 'false && echo b', { stdout: '', code: 1 }],
      ['exit 3', 'exit 3', { stdout: '', code: 3 }],
      ['exit 3 in the middle', 'echo a; (exit 3); s=$?; echo b; exit $s', { stdout: 'a\nb\n', code: 3 }],
      ['a brace that closes', 'echo }; echo }', { stdout: '}\n}\n' }],
      ['a reader of stdin', 'cat; read x || echo none', { stdout: 'none\n' }],
      ['set -u', 'set -u; echo $A', { stdout: 'b c\n' }],
      ['what the guards have set', 'echo "$-$*" | grep -c "[eux]"', { stdout: '0\n', code: 1 }],
      [
        'a bash inside',
        `bash -c 'echo "$A $BASH_VERSION" | cut -c 1-6; exit 5'; exit $?`,
        { stdout: 'b c 5.\n', code: 5 },
      ],
    ]
    const context = within(withEnv(prefixed('P=1 # a comment', 'cat <<E >/dev/null\n} || exit\nE'), { A: 'b c' }), '~')
    // Another shell reads its script in the same way, whichever shell hands it over.
    const inner: [string, Context][] = [
      [' in bash', inShell(context, 'bash')],
      [' in a login shell', inShell(context, 'login')],
    ]
    describe.each([['', context] as const, ...(sh === 'dash' ? inner : [])])('that has%s', (_, surrounding) => {
      it.each(commands)('%s', async (_name, command, { stdout, code = 0 }) => {
        expect(await run(surrounding, command)).toEqual({ code, stopped: false, stdout, stderr: '' })
      })
    })

    const unterminated: [string, string][] = [
      ['a quote', "echo 'abc"],
      ['a double quote', 'echo "abc'],
      ['a group', '{ echo abc'],
      ['a keyword', 'if true; then echo abc'],
      ['nonsense', 'fi'],
    ]
    it.each(unterminated)('fails, and runs nothing, where the command does not end: %s', async (_, command) => {
      for (const kind of sh === 'dash' ? (['sh', 'bash', 'login'] as const) : (['sh'] as const)) {
        const ran = await run(inShell(prefixed(':'), kind), command)
        expect([ran.code, ran.stdout]).toEqual([2, ''])
        expect(ran.stderr).not.toBe('')
      }
    })

    const failing: [string, string, number][] = [
      ['false', 'false', 1],
      ['its own exit code', '(exit 7)', 7],
      ['exit', 'exit 9', 9],
      ['the last of several', 'true; false', 1],
      ['a || b', 'false || false', 1],
      ['several lines', 'true\n(exit 4)', 4],
      ['a comment at the end', 'false # true', 1],
      ['a heredoc at the end', 'grep x <<E\nabc\nE', 1],
      ['a command that is not there', 'no-such-command', 127],
      ['a syntax error', 'if then', 2],
      ['an open quote', "echo 'abc", 2],
      ['an open group', '{ true', 2],
      ['a backslash at the end', 'true \\', 2],
      ['a heredoc without an end', 'cat <<E\nabc', 2],
    ]
    const victims = ['echo a; echo b', 'echo a || echo b', 'echo a & echo b', 'echo a\necho b', 'cat <<E\na\nE']
    it.each(failing)('runs nothing behind a prefix that fails: %s', async (_, text, code) => {
      const ran = await run(within(prefixed(':', text, 'echo next'), '/'), 'echo a; echo b')
      expect([ran.code, ran.stdout]).toEqual([code, ''])
    })

    it.each(victims)('runs nothing behind a prefix that fails, whatever the command is: %s', async (command) => {
      const ran = await run(prefixed('(exit 7)'), command)
      expect(ran).toEqual({ code: 7, stopped: false, stdout: '', stderr: '' })
    })

    it('runs nothing where the folder is missing', async () => {
      for (const command of victims) {
        const ran = await run(within(emptyContext, '/no/such folder'), command)
        expect([ran.code === 0, ran.stdout]).toEqual([false, ''])
        expect(ran.stderr).toContain('/no/such folder')
      }
    })

    it('has prefixes, env and folder in the same shell', async () => {
      const context = within(withEnv(prefixed('B="$A$A"; f() { echo "f $B"; }', 'cd /', 'umask 027'), { A: '1' }), '~')
      expect((await run(context, 'f; pwd; umask; cd /; pwd')).stdout).toBe(`f 11\n${host.home}\n0027\n/\n`)
    })

    it('leaves nothing for the next command', async () => {
      await run(within(withEnv(prefixed('set -f; umask 077'), { A: '1' }), '/'), 'true')
      expect((await run(emptyContext, 'echo "$A"; pwd; umask; echo /et*')).stdout).toBe(`\n${host.home}\n0022\n/etc\n`)
    })

    it('hands env values over to the byte', async () => {
      const context = withEnv(emptyContext, { A: nasty, B: '', C: secret('C', nasty), LONG: 'x'.repeat(70_000) })
      for (const surrounding of [context, inShell(context, 'bash'), inShell(context, 'login')]) {
        const ran = await run(
          surrounding,
          shell('printf "%s|" "$A" "$B" "$C" ', { word: nasty }, '; printf %s "$LONG" | wc -c'),
        )
        const bytes = Buffer.from(nasty).toString('latin1')
        expect(ran).toEqual({ code: 0, stopped: false, stdout: `${bytes}||${bytes}|${bytes}|70000\n`, stderr: '' })
      }
    })

    it('hands words over to the byte', async () => {
      const words = ['', ' ', '-n', '*', '~', nasty, 'a=b', '\\', "'", '"', '$(id)', '!!', '\r']
      const ran = await run(emptyContext, exec('printf', '%s|', ...words))
      expect(ran.stdout).toBe(Buffer.from(words.map((word) => `${word}|`).join('')).toString('latin1'))
    })

    const cwds: [string, string][] = [
      ["~/it's a folder", "it's a folder"],
      ['two words', 'two words'],
      ['-', '-'],
      ['-x', '-x'],
      ['./~root', '~root'],
      ['sub/../sub/sub', 'sub/sub'],
      ['~/sub/..', ''],
    ]
    it.each(cwds)('goes into the folder %s', async (folder, expected) => {
      const ran = await run(within(withEnv(emptyContext, { CDPATH: join(host.home, 'elsewhere') }), folder), 'pwd -P')
      expect(ran).toEqual({
        code: 0,
        stopped: false,
        stdout: `${join(host.home, expected, '/').slice(0, -1)}\n`,
        stderr: '',
      })
    })

    it("knows another user's home", async () => {
      const home = (await on.run('echo ~nobody')).stdout
      const ran = await run(
        withPath(withEnv(emptyContext, { H: path('~nobody/x y') }), '~nobody/bin'),
        'echo "$H $PATH"',
      )
      expect(ran.stdout.startsWith(`${home.trim()}/x y ${home.trim()}/bin:`)).toBe(true)
    })

    it('searches path first, the inner folder before the outer', async () => {
      for (const folder of ['bin', 'more bin']) {
        mkdirSync(join(host.home, folder), { recursive: true })
        writeFileSync(join(host.home, folder, 'which-one'), `#!/bin/sh\necho '${folder}'`, { mode: 0o755 })
      }
      const outer = withPath(emptyContext, '~/bin')
      expect((await run(outer, 'which-one')).stdout).toBe('bin\n')
      expect((await run(withPath(outer, '~/more bin'), 'which-one')).stdout).toBe('more bin\n')
      expect((await run(outer, 'PATH=; echo $PATH')).stdout).toBe('\n')
    })

    it('runs programs that are named like keywords and assignments', async () => {
      mkdirSync(join(host.home, 'odd'), { recursive: true })
      for (const name of ['A=1', 'time', 'if'])
        writeFileSync(join(host.home, 'odd', name), `#!/bin/sh\necho "program $*"`, { mode: 0o755 })
      for (const name of ['A=1', 'time', 'if']) {
        const ran = await run(withPath(emptyContext, '~/odd'), exec(name, 'B=2'))
        expect(ran.stdout).toBe('program B=2\n')
      }
    })

    it('shows nothing of the script in `ps`, whoever reads it', async () => {
      const context = withEnv(prefixed(': guarded-by-this'), { KEY: secret('KEY', 'not-for-ps') })
      for (const surrounding of [context, inShell(context, 'bash'), inShell(context, 'login')]) {
        const ran = await run(surrounding, ': run-by-this\ncat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n"')
        expect(ran.stdout).toContain('cat\n')
        for (const part of ['guarded-by-this', 'run-by-this', 'not-for-ps', 'KEY='])
          expect(ran.stdout).not.toContain(part)
      }
    })

    it('keeps the signal of a command that another shell runs', async () => {
      const { code, signal } = await run(inShell(emptyContext, 'bash'), 'kill -9 $$')
      expect([code, signal]).toEqual([137, 'KILL'])
    })

    const profiles: [string, string, Partial<Ran>][] = [
      ['sets env', 'export FROM_PROFILE=yes', { code: 0, stdout: 'ran yes\n', stderr: '' }],
      ['prints', 'echo hello; echo there >&2', { code: 0, stdout: 'ran \n', stderr: 'hello\nthere\n' }],
      ['returns early', 'return 0; echo no', { code: 0, stdout: 'ran \n', stderr: '' }],
      ['reads stdin', 'cat; read -r line', { code: 0, stdout: 'ran \n', stderr: '' }],
      ['fails', 'false', { code: 0, stdout: 'ran \n', stderr: '' }],
      ['says exit', 'exit 0', { code: 126, stdout: '', stderr: ended }],
      ['gives way to another shell', 'exec true', { code: 126, stdout: '', stderr: ended }],
    ]
    it.each(profiles)('reads a .profile that %s', async (_, text, expected) => {
      writeFileSync(join(host.home, '.profile'), `${text}\n`)
      const ran = await run(inShell(emptyContext, 'login'), 'echo "ran $FROM_PROFILE"')
      writeFileSync(join(host.home, '.profile'), '')
      expect(ran).toEqual({ stopped: false, ...expected })
    })

    it('says that there is no bash', async () => {
      for (const kind of ['bash', 'login'] as const) {
        const text = inContext(inShell(emptyContext, kind), 'echo ran')
        const ran = await on.run(
          `mkdir -p only; ln -sf "$(command -v sh)" "$(command -v cat)" only; PATH=$PWD/only\n${text}`,
        )
        expect([ran.code, ran.stdout]).toEqual([127, ''])
        expect(ran.stderr).toContain('bash: not found')
      }
    })
  })
}

const ended = 'bash: a start-up file (.bash_profile, .profile) ended the login shell before the command\n'
