import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunStep } from '../../src/operations/step.js'
import { compile } from '../../src/run/compile.js'
import { secret, shell } from '../../src/shell/command.js'
import { as, type Context, emptyContext, inShell, prefix, withEnv, within, withPath } from '../../src/shell/context.js'
import { edgeInterpreters, findInterpreters } from '../remote/support/interpreters.js'
import { processes, until } from '../support/processes.js'
import { runStep } from '../support/run.js'
import { localHost, type Recorder, record } from '../support/session.js'

/** The text of a step as the runner gets it. */
const textOf = (text: string, extra: Partial<RunStep> = {}): string =>
  compile('p', [{ host: 'h', steps: [runStep(text, extra)] }], false).wire.steps[0]!.text

describe.each(['dash', 'bash', 'busybox sh'])('what a command reads, with %s', (sh) => {
  const host = localHost({ TERM: 'xterm' })
  let on: Recorder
  beforeAll(async () => {
    on = await record(host.connection, { sh })
  })
  afterAll(() => {
    on.session.close()
    host.remove()
  })
  const run = (text: string, extra: Partial<RunStep>) => on.run(textOf(text, extra))
  const everything: Context = withEnv(within(prefix(emptyContext, shell('cat; A=1')), '/'), { E: 'x' })

  it.each([
    ['one line', 'a', 'a\n'],
    ['lines of which the last is ended', 'a\nb\n', 'a\nb\n'],
    ['what a shell would read otherwise', `$HOME \`id\` \\ 'x' "y"\nVENVOY\n\n`, `$HOME \`id\` \\ 'x' "y"\nVENVOY\n\n`],
    ['nothing but an end of a line', '', '\n'],
    ['200 KB', 'x'.repeat(200_000), `${'x'.repeat(200_000)}\n`],
  ])('is %s', async (_, stdin, expected) => {
    const ran = await run('cat', { stdin, context: everything })
    expect(ran).toEqual({ code: 0, stopped: false, stdout: expected, stderr: '' })
  })

  it.each(['sh', 'bash', 'login'] as const)('reaches only the command, in %s, as another user too', async (kind) => {
    const context = inShell(as(within(everything, '/'), 'nobody'), kind)
    const ran = await run('id -un; pwd; echo "$A$E"; cat', { stdin: secret('S', 's3cret'), context })
    expect(ran).toEqual({ code: 0, stopped: false, stdout: 'nobody\n/\n1x\ns3cret\n', stderr: '' })
  })

  describe('on a terminal of its own', () => {
    const typed = (answers: Record<string, string | ReturnType<typeof secret>> = {}) => ({
      pty: { answers: Object.entries(answers) },
    })

    it('finds one, 80 by 24, and its lines end as elsewhere', async () => {
      const ran = await run(
        'test -t 0 && test -t 1 && test -t 2; echo $?; stty size; echo "$COLUMNS $LINES"; echo err >&2',
        typed(),
      )
      expect(ran).toEqual({ code: 0, stopped: false, stdout: '0\n24 80\n80 24\nerr\n', stderr: '' })
    })

    it('is answered where it asks, each time anew, and shows no secret', async () => {
      const text = `printf 'Name: '; read n; printf 'Password: '; read -r p; printf 'Name: '; read m; echo "$n/$m"; printf %s "$p" | wc -c; echo "<$p>"`
      const ran = await run(text, typed({ 'Name: ': 'ann', 'Password: ': secret('PW', `p'w $x é`) }))
      expect(ran.stdout.replace(/ +(\d)/g, ' $1')).toBe('Name: Password: Name: ann/ann\n9\n<[PW]>\n')
    })

    it('takes an answer that is echoed by the command for no reason to show it', async () => {
      const ran = await run(
        `stty echo; printf 'Password: '; read -r p; echo; echo end`,
        typed({ Password: secret('PW', 'hunter2') }),
      )
      expect(ran.stdout).toMatch(/^Password: \[PW\]\r?\n\nend\n$/)
    })

    it.each([
      ['an exit code', 'exit 7', { code: 7 }],
      ['a signal', 'kill -9 $$', { code: 137, signal: 'KILL' }],
      ['another signal', 'kill -TERM $$', { code: 143, signal: 'TERM' }],
    ])('ends as the command does: %s', async (_, text, expected) => {
      const { code, signal } = await run(text, typed())
      expect({ code, ...(signal && { signal }) }).toEqual(expected)
    })

    it.each(['sh', 'bash', 'login'] as const)('has its context inside, in %s, as another user too', async (kind) => {
      const context = inShell(
        as(withEnv(within(prefix(emptyContext, shell('export A=1')), '/'), { E: 'x' }), 'nobody'),
        kind,
      )
      const ran = await run('id -un; pwd; echo "$A$E"; test -t 0; echo $?', { ...typed(), context })
      expect(ran).toEqual({ code: 0, stopped: false, stdout: 'nobody\n/\n1x\n0\n', stderr: '' })
    })

    it('is shown to nobody', async () => {
      let seen: string[] = []
      const secretly = typed({ Password: secret('PW', 'hunter-22') })
      const runs = () => {
        seen = processes().flatMap(({ args, env }) => [args, env])
        return seen.some((text) => text.startsWith('sleep 0.875'))
      }
      await on.program([{ text: textOf(': told-by-this; sleep 0.875', secretly), goesOn: true }], () => {
        void until('it runs', runs)
      })
      expect(seen.length).toBeGreaterThan(3)
      expect(seen.filter((text) => text.includes('hunter-22') || text.includes('told-by-this'))).toEqual([])
    })

    it('is stopped with all that it started', async () => {
      const text = `trap '' TERM HUP; printf 'Sure? '; sleep 74.75 & (trap '' TERM HUP; sleep 75.75) & read x; echo no`
      const runs = () => processes().some(({ args }) => args.startsWith('sleep 75.75'))
      const { ran } = await on.program([{ text: textOf(text, typed()), goesOn: true }], (id) => {
        void until('it runs', runs).then(() => on.session.stop(id))
      })
      const [only] = Object.values(ran)
      expect([only?.stopped, only?.stdout]).toEqual([true, 'Sure? '])
      expect(processes().filter(({ args }) => /^sleep 7[45]\.75/.test(args))).toEqual([])
    })

    it('does not wait for what a command leaves behind', async () => {
      const ran = await run('(trap "" HUP; exec sleep 76.75) & sleep 0.3; echo $!', typed())
      expect(ran.stdout).toMatch(/^\d+\n$/)
      await until('it is there', () => processes().some(({ args }) => args.startsWith('sleep 76.75')))
      process.kill(Number(ran.stdout))
    })

    it('says what it needs', async () => {
      const ran = await run('echo no', { ...typed(), context: withEnv(emptyContext, { PATH: '/nowhere' }) })
      expect([ran.code, ran.stderr]).toEqual([127, 'venvoy: `pty` needs python3 or python on the host\n'])
    })
  })
})

const pythons = process.env.VENVOY_TEST_ALL ? findInterpreters() : edgeInterpreters()

it.each(pythons)('a terminal is made by %s', async (python) => {
  const host = localHost()
  const bin = join(host.home, 'bin')
  mkdirSync(bin)
  symlinkSync(python, join(bin, 'python3'))
  const on = await record(host.connection)
  const answers = [['Word: ', secret('W', 'wörd')]] as const
  const text = `printf 'Word: '; read -r w; printf %s "$w" | od -An -tx1; echo "$w"; test -t 1; exit $?$?7`
  const ran = await on.run(textOf(text, { pty: { answers }, context: withPath(emptyContext, bin) }))
  on.session.close()
  host.remove()
  expect(ran).toEqual({ code: 7, stopped: false, stdout: 'Word:  77 c3 b6 72 64\n[W]\n', stderr: '' })
})
