import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { FileWork, UploadWork } from '../../src/config/file-work.js'
import type { FileStep, TaskStep } from '../../src/operations/step.js'
import { assertApart } from '../../src/run/downloads-apart.js'
import { runDynamic } from '../../src/run/dynamic.js'
import type { Run } from '../../src/run/run.js'
import { type TaskContext, task } from '../../src/run/task.js'
import { runTasks } from '../../src/run/tasks.js'
import { secret } from '../../src/shell/command.js'
import { emptyContext, withEnv } from '../../src/shell/context.js'
import { Sources } from '../../src/source/read-sources.js'
import { runStep as command, hostSpec, testRun } from '../support/run.js'
import { localHost } from '../support/session.js'

const removed: (() => void)[] = []
afterEach(() => {
  for (const remove of removed.splice(0)) remove()
})

/** A folder here, a host that is a shell on this machine, and a run over it. */
function stage(settings: Partial<Run> = {}, controller = new AbortController()) {
  const host = localHost()
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-files-'))
  removed.push(host.remove, () => rmSync(folder, { recursive: true, force: true }))
  const { run, events } = testRun({ connect: async () => host.connection, ...settings }, controller)
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const there = (path: string) => readFileSync(join(host.home, path), 'utf8')
  const notes = () => events.flatMap((event) => (event.type === 'run:note' ? [event.text] : []))
  const ends = () => events.flatMap((event) => (event.type === 'step:end' ? [`${event.title}: ${event.outcome}`] : []))
  const steps = async (...all: TaskStep[]) => {
    const read = await new Sources(() => undefined).read(all.map((step) => ({ ...step, folder })))
    const [result] = await runTasks(run, [{ host: hostSpec('web1'), steps: read }], 'finish')
    return result!
  }
  const code = async (body: (c: TaskContext) => Promise<unknown>) => {
    const target = {
      host: hostSpec('web1'),
      context: withEnv(emptyContext, { KEY: secret('KEY', 'sekrit') }),
      names: new Map([['host.name', 'web1']]),
      folder,
    }
    const [result] = await runDynamic(run, task('t', body), [target])
    return result!
  }
  return { host, folder, events, write, there, notes, ends, steps, code }
}

const file = (work: FileWork, extra: Partial<FileStep> = {}): FileStep => ({
  ...{
    kind: 'file',
    title: work.kind,
    lines: [],
    work,
    context: emptyContext,
    folder: '/',
    retries: 0,
    warnOnly: false,
  },
  ...extra,
})
const upload = (from: string, path: string, more: Partial<UploadWork> = {}): UploadWork => ({
  ...{ kind: 'upload', from: [from], path, into: false, exclude: [], delete: false },
  ...more,
})
const line = (text: string): FileWork => ({ kind: 'line', path: 'f', line: [text], create: true, absent: false })
const whenChanged = { kind: 'result', step: 'r', field: 'changed' } as const
/** More than travels with a step. */
const large = Buffer.alloc(100_000, 'x')

describe('file steps of the file', () => {
  it('tell later steps whether they changed something, and end so', async () => {
    const { steps, ends } = stage()
    const both = [file(line('a'), { register: 'r' }), command('true', { when: whenChanged })]
    expect((await steps(...both)).outcome).toBe('changed')
    expect((await steps(...both)).outcome).toBe('unchanged')
    expect(ends()).toEqual(['line: changed', 'true: ok', 'line: unchanged'])
  })

  it('send large files ahead, and whatever comes before them first', async () => {
    const { steps, there, write, ends } = stage()
    write('big', large)
    write('small', 's')
    const result = await steps(
      command('mkdir in'),
      file(upload('small', 'in/s')),
      file(upload('big', 'in/b')),
      command('ls in'),
    )
    expect([result.outcome, result.steps]).toEqual(['changed', 4])
    expect(there('in/b')).toBe(String(large))
    expect(ends()).toEqual(['mkdir in: ok', 'upload: changed', 'send big: ok', 'upload: changed', 'ls in: ok'])
  })

  it('may be told more than fits into an env variable', async () => {
    const { steps, write, there } = stage()
    for (let i = 0; i < 1500; i++) write(`many/file-with-a-rather-long-name-${i}`, `${i}`)
    expect((await steps(file(upload('many', 'many')))).outcome).toBe('changed')
    expect(there('many/file-with-a-rather-long-name-1499')).toBe('1499')
  })

  it('fail with what is in their way, are tried again, and may fail', async () => {
    const { steps, host } = stage()
    mkdirSync(join(host.home, 'f'))
    const { outcome, failure } = await steps(file(line('a'), { retries: 1 }), command('echo no'))
    expect([outcome, failure]).toEqual([
      'failed',
      {
        kind: 'command',
        where: 'web1',
        what: 'line: exited with 1',
        why: [`${host.home}/f is a folder, and a file is wanted there`],
        next: 'venvoy run x -H web1',
      },
    ])
    expect((await steps(file(line('a'), { warnOnly: true }), command('true'))).outcome).toBe('ok')
  })

  it('try an upload again for which there was no room, with its contents sent anew', async () => {
    const { steps, write, there, ends } = stage()
    write('big', large)
    const flaky = file(upload('big', 'd/b'), { retries: 2, always: true })
    const result = await steps(command('touch d'), flaky, command('rm d', { always: true }))
    expect([result.outcome, ends().filter((each) => each.startsWith('upload'))]).toEqual([
      'failed',
      ['upload: failed', 'upload: failed', 'upload: failed'],
    ])
    expect((await steps(flaky)).outcome).toBe('changed')
    expect(there('d/b')).toBe(String(large))
  })

  it('stop an upload whose contents take too long, and clean up', async () => {
    const { steps, write, ends, host } = stage()
    write('big', large)
    const result = await steps(
      { ...file(upload('big', 'b')), timeout: 0.01 },
      command('echo no'),
      command('touch clean', { always: true }),
    )
    expect([result.outcome, ends().at(-1)]).toEqual(['failed', 'touch clean: ok'])
    expect(readdirSync(host.home).filter((name) => !name.startsWith('.'))).toEqual(['clean'])
  })

  it('are cancelled while their contents are on the way, and clean up', async () => {
    const controller = new AbortController()
    const { steps, write, host, events } = stage({}, controller)
    write('big', Buffer.alloc(30_000_000, 'y'))
    const watching = setInterval(() => {
      const isSending = events.some((event) => event.type === 'step:start' && event.title === 'send big')
      if (isSending) controller.abort(new DOMException('cancelled', 'AbortError'))
    }, 1)
    const result = await steps(file(upload('big', 'b')), command('touch no'), command('touch clean', { always: true }))
    clearInterval(watching)
    expect(result.outcome).toBe('cancelled')
    expect(readdirSync(host.home).filter((name) => !name.startsWith('.'))).toEqual(['clean'])
  })

  it('refuse two targets that would write the same path here', async () => {
    const target = (name: string) => ({
      host: { name, local: false, env: {}, vars: {} },
      steps: [
        file({ kind: 'download', path: '/x', to: 'x', exclude: [] }, { root: '/here/x', title: 'download /x to x' }),
      ],
    })
    expect(() => assertApart([target('web1'), target('web2')])).toThrow(
      'download /x to x: web1 and web2 would write the same path here\n  try: put {{ host }} into to:',
    )
    assertApart([target('web1')])
  })

  it('are looked at in a dry run; what waits for a command is said so', async () => {
    const { steps, notes, host } = stage({ dryRun: true })
    const result = await steps(
      command('date', { register: 'd' }),
      file(line('a'), { check: true, register: 'r' }),
      command('restart --now', { when: whenChanged, context: { ...emptyContext, user: 'root' } }),
      command('echo x', { when: { kind: 'result', step: 'd', field: 'ok' }, register: 'e' }),
      file(line('b'), { check: true, when: { kind: 'result', step: 'e', field: 'ok' } }),
      command('make', { isLocal: true }),
      { kind: 'confirm', title: 'Sure?', lines: [], question: 'Sure?' },
    )
    expect([result.outcome, notes(), readdirSync(host.home).filter((name) => !name.startsWith('.'))]).toEqual([
      'would change',
      [
        'would run: date',
        'line: would change',
        'would run as root: restart --now',
        'echo x: depends on results.d',
        'line: depends on results.e',
        'would run here: make',
        'would ask: Sure?',
      ],
      [],
    ])
  })
})

describe('file steps in code', () => {
  it('say whether they changed something', async () => {
    const { code, write, there, folder } = stage()
    write('app.conf', 'host={{ host }} key={{ env.KEY }} n={{ n }}\n')
    write('static/a', '1')
    const found: unknown[] = []
    const body = async (c: TaskContext) => {
      const again = async () => [
        await c.directory('d'),
        await c.template({ from: 'app.conf', to: 'd/app.conf', vars: { n: 3 } }),
        await c.line({ in: 'd/hosts', line: '10.0.0.7 db1', create: true }),
        await c.block({ in: 'd/hosts', name: 'x', block: 'y' }),
        await c.link({ to: 'app.conf', at: 'd/current' }),
        await c.cd('d', (c) => c.upload({ from: 'static', to: 'st' })),
        await c.download({ from: 'd/hosts', to: `got/${c.host}` }),
        await c.absent('d/none'),
      ]
      found.push(
        (await again()).map(({ changed }) => changed),
        (await again()).map(({ changed }) => changed),
      )
    }
    expect(await code(body)).toMatchObject({ outcome: 'changed', steps: 16 })
    expect(found).toEqual([[true, true, true, true, true, true, true, false], Array(8).fill(false)])
    expect(there('d/app.conf')).toBe('host=web1 key=sekrit n=3\n')
    expect(there('d/st/a')).toBe('1')
    expect(readFileSync(join(folder, 'got/web1'), 'utf8')).toBe(there('d/hosts'))
  })

  it('throw what is wrong before anything is done, with its place', async () => {
    const { code, write } = stage()
    write('app.conf', 'a\n b={{ nope }}\n')
    const what = async (body: (c: TaskContext) => Promise<unknown>) => {
      const { failure } = await code(body)
      return [failure?.kind, failure?.where, failure?.what, ...(failure?.why ?? [])]
    }
    expect(await what((c) => c.template({ from: 'app.conf', to: 'x' }))).toEqual([
      'config',
      undefined,
      'app.conf:2:4: {{ nope }} is not known here (there is host)\n  2 |  b={{ nope }}\n    |    ^^^^^^^^^^',
    ])
    expect((await what((c) => c.upload({ from: 'none', to: 'x' }))).slice(0, 3)).toEqual([
      ...['config', 'none', 'there is no such file or folder'],
    ])
    expect(await what((c) => c.absent('/'))).toEqual([
      ...['config', 'c.absent', 'should be a path below a folder, without ".."; never / or a home folder'],
    ])
    expect((await what((c) => c.line({ in: 'none', line: 'x' }))).slice(0, 3)).toEqual([
      ...['command', 'web1', 'line in none: exited with 1'],
    ])
    expect((await code((c) => c.line({ in: 'none', line: 'x' }, { warnOnly: true }))).outcome).toBe('ok')
  })
})
