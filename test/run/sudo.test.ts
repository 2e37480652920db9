import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sudoPasswords } from '../../src/cli/sudo-passwords.js'
import type { HostSpec } from '../../src/config/spec.js'
import { describeFailure } from '../../src/errors.js'
import type { RunEvent } from '../../src/events.js'
import { connect } from '../../src/library/library.js'
import type { RunStep } from '../../src/operations/step.js'
import { runRetrying } from '../../src/run/retry.js'
import type { Run } from '../../src/run/run.js'
import { SudoOnHost } from '../../src/run/sudo-on-host.js'
import { runTasks } from '../../src/run/tasks.js'
import { secret } from '../../src/shell/command.js'
import { as, emptyContext, inShell, withEnv } from '../../src/shell/context.js'
import { openSession } from '../../src/transport/session.js'
import type { StepShell } from '../support/hosts.js'
import { processes } from '../support/processes.js'
import { hostSpec, runStep as step, testRun } from '../support/run.js'
import { canMakeUsers, type SudoUser, sudoUser } from '../support/sudo-user.js'

const asNobody = as(emptyContext, 'nobody')
const nobody = (text: string, extra: Partial<RunStep> = {}) => step(text, { context: asNobody, ...extra })

interface Settings {
  /** What the person types; without, there is none. */
  readonly answers?: readonly string[]
  readonly sh?: StepShell
  readonly host?: Partial<HostSpec>
  onOutput?(text: string, cancel: () => void): void
}

describe.skipIf(!canMakeUsers())("sudo with a password, by Debian's own", () => {
  let user: SudoUser
  beforeAll(() => {
    user = sudoUser()
  })
  afterAll(() => user.remove())
  afterEach(() => rmSync(join(user.home, 'log'), { force: true }))

  const allow = (...rules: string[]) => user.allow([`Defaults:USER logfile=${user.home}/log`, ...rules].join('\n'))
  const attempts = () => readFileSync(join(user.home, 'log'), 'utf8').match(/incorrect password attempt/g)?.length ?? 0

  const web1: HostSpec = { ...hostSpec('web1'), user: 'ann' }

  /** A run as the user, on hosts whose language is not ours. */
  function runAs({ answers = [user.password], sh, onOutput }: Settings = {}, isAnybodyThere = true) {
    const asked: string[] = []
    const controller = new AbortController()
    const left = [...answers]
    const ask = async (prompt: string) => {
      asked.push(prompt)
      return left.shift() ?? ''
    }
    const { run: base, events } = testRun(
      {
        connect: async () => user.connection({ LC_ALL: 'de_DE.UTF-8', LANGUAGE: 'de' }, sh),
        sudoPassword: sudoPasswords({ ask: isAnybodyThere ? ask : undefined }).of,
      },
      controller,
    )
    const emit: Run['emit'] = (event) => {
      base.emit(event)
      if (event.type === 'step:output') onOutput?.(String(Buffer.from(event.data)), () => controller.abort())
    }
    const run: Run = { ...base, emit }
    const output = (stream: 'stdout' | 'stderr') =>
      events.flatMap((e) => (e.type === 'step:output' && e.stream === stream ? [Buffer.from(e.data)] : [])).join('')
    return { run, asked, events, output }
  }

  async function ran(steps: readonly RunStep[], settings: Settings = {}) {
    const { run, asked, events, output } = runAs(settings, settings.answers !== undefined)
    const spec: HostSpec = { ...web1, ...settings.host }
    const [result] = await runTasks(run, [{ host: spec, steps }], 'kill')
    const failure = result?.failure && describeFailure(result.failure).replaceAll(user.name, 'USER')
    return {
      outcome: result?.outcome,
      steps: result?.steps,
      failure,
      asked,
      events,
      stdout: output('stdout'),
      stderr: output('stderr'),
    }
  }

  const titles = (events: readonly RunEvent[]) => events.flatMap((e) => (e.type === 'step:start' ? [e.title] : []))

  it.each(['dash', 'bash', 'busybox'] as const)(
    'asks for it when a host wants it, and the step runs as any other, with %s',
    async (sh) => {
      allow('USER ALL=(nobody) ALL')
      const { events, ...all } = await ran(
        [
          step('echo before'),
          nobody('id -un; cat; echo "$HOME $#"; printf "it\'s \\\\ !x"; exit 3', { okCodes: [3] }),
          nobody('echo second'),
          step('echo after'),
        ],
        { answers: [user.password], sh },
      )
      expect(all).toEqual({
        outcome: 'ok',
        steps: 4,
        failure: undefined,
        asked: ['sudo password for ann@web1 (asked once, for all hosts of this run): '],
        stdout: "before\nnobody\n/nonexistent 0\nit's \\ !xsecond\nafter\n",
        stderr: '',
      })
      expect(titles(events)).toHaveLength(4)
      expect(attempts()).toBe(0)
    },
  )

  it('asks nobody where sudo wants no password', async () => {
    allow('USER ALL=(nobody) NOPASSWD: ALL')
    const { asked, stdout } = await ran([nobody('id -un')], { answers: [user.password] })
    expect([asked, stdout]).toEqual([[], 'nobody\n'])
  })

  it('tells the password only on the way to those users that want it', async () => {
    allow('USER ALL=(nobody) NOPASSWD: ALL', 'USER ALL=(daemon) ALL')
    const other = step('id -un; ps -o args= -C sudo | grep -c -- " -n "', { context: as(emptyContext, 'nobody') })
    const { asked, stdout } = await ran([step('id -un', { context: as(emptyContext, 'daemon') }), other], {
      answers: [user.password],
    })
    expect([asked.length, stdout]).toEqual([1, 'daemon\nnobody\n1\n'])
  })

  it.each(['sh', 'bash', 'login'] as const)('shows it to nobody while a step runs in %s', async (kind) => {
    allow('USER ALL=(nobody) ALL')
    let seen: string[] | undefined
    const context = inShell(withEnv(asNobody, { KEY: secret('KEY', 'k3y') }), kind)
    const { outcome, events } = await ran([step('echo up; sleep 0.2; env', { context })], {
      answers: [user.password],
      onOutput() {
        seen ??= processes().flatMap(({ args, env }) => [args, env])
      },
    })
    expect(outcome).toBe('ok')
    expect(seen?.filter((text) => text.startsWith('sudo -k -S'))).toHaveLength(1)
    expect(seen?.filter((text) => text.includes(user.password) || text.includes(user.password.slice(0, 10)))).toEqual(
      [],
    )
    expect(JSON.stringify(events)).not.toContain(user.password.slice(0, 10))
    const printed = events.flatMap((e) => (e.type === 'step:output' ? [Buffer.from(e.data)] : [])).join('')
    expect(printed).toContain('KEY=k3y')
    expect(printed).not.toContain(user.password.slice(0, 10))
  })

  it('asks again for a wrong one, which costs one attempt, three times in all', async () => {
    allow('USER ALL=(nobody) ALL')
    const { asked, stdout } = await ran([nobody('id -un')], { answers: ['wrong', 'wronger', user.password] })
    expect([asked.length, asked[1], stdout, attempts()]).toEqual([
      3,
      'that was refused; sudo password for ann@web1 (asked once, for all hosts of this run): ',
      'nobody\n',
      2,
    ])
    const { failure, asked: again } = await ran([nobody('id -un'), step('echo no')], { answers: ['a', 'b', 'c', 'd'] })
    expect([again.length, attempts()]).toEqual([3, 5])
    expect(failure).toBe(`web1: id -un: sudo refused the password on web1
  Sorry, try again.
  sudo: no password was provided
  sudo: 1 incorrect password attempt
  try: the password of the user who logs in, as in: ssh -t web1 sudo -k -u nobody true`)
  })

  it('tries one of the file once', async () => {
    allow('USER ALL=(nobody) ALL')
    const host = { sudoPassword: secret('SUDO', 'wrong') }
    const { failure, asked, stdout } = await ran([nobody('id -un', { retries: 3, warnOnly: true })], {
      host,
      answers: [user.password],
    })
    expect([asked, stdout, attempts(), failure?.split('\n')[0]]).toEqual([
      [],
      '',
      1,
      'web1: id -un: sudo refused the password on web1',
    ])
    const right = await ran([nobody('id -un')], { host: { sudoPassword: secret('SUDO', user.password) } })
    expect([right.outcome, right.stdout]).toEqual(['ok', 'nobody\n'])
    const unset = await ran([nobody('id -un')], { host: { sudoPassword: secret('SUDO', '') } })
    expect(unset.failure).toBe(`web1: sudo asks for a password, and the env variable SUDO is not set
  try: set it here, as in SUDO=… venvoy …`)
  })

  it('is told in the steps of a deploy, whose session goes on', async () => {
    allow('USER ALL=(nobody) ALL')
    const { run, output } = runAs()
    const session = await openSession(await run.connect(web1, run.signal), { lost: 'finish' })
    const on = { session, sudo: new SudoOnHost(run, web1) }
    const sections = ['a', 'b'].map((name) => ({
      host: 'web1',
      instance: name,
      steps: [step(`echo ${name}`), nobody(`echo ${name}; exit 1`, { retries: 1 }), step(`echo end`, { always: true })],
    }))
    const first = await runRetrying(run, on, 'p1', sections, false)
    const second = await runRetrying(run, on, 'p2', [{ host: 'web1', steps: [nobody('id -un')] }], true)
    expect(output('stdout')).toBe('a\nb\na\nend\nb\nend\na\nend\nb\nend\nnobody\n')
    expect([...first, ...second].map(({ outcome, done }) => [outcome, done])).toEqual([
      ['failed', 3],
      ['failed', 3],
      ['ok', 1],
    ])
  })

  it('is told by a program that uses the library', async () => {
    allow('USER ALL=(nobody) ALL')
    const right = await connect(user.connection(), { sudoPassword: user.password })
    expect((await right.sudo('id -un', { user: 'nobody' })).stdout).toBe('nobody\n')
    await right.close()
    const wrong = await connect(user.connection(), { sudoPassword: 'wrong' })
    await expect(wrong.sudo('id -un', { user: 'nobody' })).rejects.toThrow('sudo refused the password')
    await wrong.close()
    expect(attempts()).toBe(1)
  })

  it('says so where nobody knows it, and runs what always runs', async () => {
    allow('USER ALL=(nobody) ALL')
    const { events, ...all } = await ran([
      step('echo before'),
      nobody('id -un', { retries: 2 }),
      step('echo no'),
      step('echo always', { always: true }),
    ])
    expect(all).toEqual({
      outcome: 'failed',
      steps: 2,
      failure: `web1: id -un: sudo asks for a password on web1
  try: --ask-sudo-password, or \`sudo_password: !secret NAME\` in deploy.yml`,
      asked: [],
      stdout: 'before\nalways\n',
      stderr: '',
    })
    expect(titles(events)).toEqual(['echo before', 'echo always'])
  })

  it('runs what always runs after the step that waited', async () => {
    allow('USER ALL=(nobody) ALL')
    const { stdout } = await ran(
      [step('echo before'), nobody('echo waited; exit 1'), step('echo no'), step('echo always', { always: true })],
      { answers: [user.password] },
    )
    expect(stdout).toBe('before\nwaited\nalways\n')
  })

  it('tries a step again as often as without a password', async () => {
    allow('USER ALL=(nobody) ALL')
    const { stdout, outcome } = await ran([nobody('echo try; exit 1', { retries: 2 })], { answers: [user.password] })
    expect([stdout, outcome]).toEqual(['try\ntry\ntry\n', 'failed'])
  })

  it.each(['use_pty', '!use_pty'])('stops a step with all that it started, with %s', async (pty) => {
    allow(`Defaults:USER ${pty}`, 'USER ALL=(nobody) ALL')
    const text = `trap '' TERM; sleep 71.25 & (trap '' TERM; sleep 72.25) & echo up; sleep 73.25; sleep 74.25`
    const { failure, stdout } = await ran([nobody(text, { title: 'sleep', timeout: 0.5 })], {
      answers: [user.password],
    })
    expect([stdout, failure?.split('\n')[0]]).toEqual([
      'up\n',
      'web1: sleep: took longer than 0.5 s and was stopped, with all that it had started',
    ])
    expect(left()).toBe('')
  })

  it('stops a step on the way to a user who needs no password, but is not root', async () => {
    allow('USER ALL=(nobody) NOPASSWD: ALL')
    const { outcome } = await ran([nobody('sleep 71.25 & echo up; sleep 72.25')], {
      onOutput: (_, cancel) => cancel(),
    })
    expect([outcome, left()]).toEqual(['cancelled', ''])
  })

  const left = () => execFileSync('sh', ['-c', 'pgrep -fx "sleep 7[0-9].25" || :'], { encoding: 'utf8' })

  it.each([
    [
      'is not in sudoers',
      ['# nothing'],
      'nobody',
      `web1: id -un: sudo does not let us be nobody on web1
  USER is not in the sudoers file.
  try: sudo visudo there, and, for the user who logs in: LOGIN ALL=(nobody) ALL`,
    ],
    [
      'may not be that one',
      ['USER ALL=(daemon) ALL'],
      'nobody',
      `web1: id -un: sudo does not let us be nobody on web1
  Sorry, user USER is not allowed to execute '/usr/bin/sh -c :' as nobody on HOST.
  try: sudo visudo there, and, for the user who logs in: LOGIN ALL=(nobody) ALL`,
    ],
    [
      'has no terminal where sudo wants one',
      ['Defaults:USER requiretty', 'USER ALL=(nobody) NOPASSWD: ALL'],
      'nobody',
      `web1: id -un: sudo does not let us be nobody on web1
  sudo: sorry, you must have a tty to run sudo
  try: sudo visudo there, and: Defaults !requiretty`,
    ],
  ])('says what is wrong where the login user %s', async (_, rules, name, expected) => {
    allow(...rules)
    const { failure } = await ran([step('id -un', { context: as(emptyContext, name) })], { answers: [user.password] })
    // Where there is a mail program, sudo says that it has told somebody.
    const said = failure?.replace(/\n *This incident has been reported to the administrator\.$/m, '')
    expect(said?.replace(/on \S+\.$/m, 'on HOST.')).toBe(expected)
  })
  it("leaves it to sudo's own words, in its language, that a user does not exist", async () => {
    allow('USER ALL=(ALL) NOPASSWD: ALL')
    const { failure, asked, stderr } = await ran([step('id -un', { context: as(emptyContext, 'no-such-user') })], {
      answers: [user.password],
    })
    expect([asked, failure?.split('\n')[0], stderr.includes('no-such-user')]).toEqual([
      [],
      'web1: id -un: exited with 1',
      true,
    ])
  })
})
