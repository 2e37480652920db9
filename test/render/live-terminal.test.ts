import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { prints, start, step } from './support/events.js'
import { Recorded } from './support/sinks.js'
import { Stage } from './support/stage.js'

const stages: Stage[] = []

function onStage(...size: ConstructorParameters<typeof Stage>): Stage {
  const stage = new Stage(...size)
  stages.push(stage)
  return stage
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
})

afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.ended()
  vi.useRealTimers()
})

describe('the live view and its terminal', () => {
  it('never lets a row wrap, whatever is in it', async () => {
    const stage = onStage(30, 12)
    const screen = await stage.after([
      start('deploy', ['東京-größe-mit-langem-namen', 'web2']),
      step('東京-größe-mit-langem-namen', 'build venv 東京 東京 東京 東京', { own: true }),
      prints('東京-größe-mit-langem-namen', 'ダウンロードしていますしばらくお待ちください\u001b[2J\tx\n'),
    ])
    expect(screen).toBe(
      `⠙ 東京-grö…  build ve…  0.1 s
    ダウンロードしていますし…
· web2       waiting
`,
    )
  })

  it('finds its rows again when the terminal has become narrower and wrapped them', async () => {
    const stage = onStage(60, 12)
    await stage.after([
      start('deploy', ['web1', 'web2']),
      step('web1', 'build venv blog-staging (Python 3.11.7)', { own: true }),
    ])
    stage.terminal.narrow(30)
    expect(await stage.after([])).toBe('⠹ web1  build venv bl…  0.2 s\n· web2  waiting\n')
  })

  it('draws at most ten times a second, and not at all when nothing has changed', async () => {
    const stage = onStage(60, 12)
    await stage.after([start('deploy', ['web1'])], 1000)
    expect(stage.terminal.writes).toBe(2)
    const printing = Array.from({ length: 500 }, (_, at) => prints('web1', `line ${at}\n`))
    await stage.after([step('web1', 'migrate', { own: true }), ...printing], 1000)
    expect(stage.terminal.writes).toBe(12)
  })

  it('does not let what is printed pile up between two frames', async () => {
    const stdout = new Recorded()
    const stage = onStage(80, 12, { stdout })
    await stage.after([start('run', ['web1']), step('web1', 'cat')])
    for (let at = 0; at < 100; at += 1) stage.renderer.emit(prints('web1', `${'x'.repeat(63)}\n`.repeat(100)))
    expect(stdout.bytes.length).toBeGreaterThan(600_000)
  })

  it('hides the cursor while it draws and shows it again, however the run ended', async () => {
    const stage = onStage(60, 12)
    const listeners = process.listenerCount('exit')
    await stage.after([start('deploy', ['web1']), step('web1', 'migrate', { own: true })])
    expect(stage.terminal.cursorShown).toBe(false)
    expect(process.listenerCount('exit')).toBe(listeners + 1)
    expect(await stage.ended()).toBe('\n')
    expect([stage.terminal.cursorShown, stage.terminal.openUpdates]).toEqual([true, 0])
    expect(process.listenerCount('exit')).toBe(listeners)
  })

  it('keeps what was printed when a run is broken off', async () => {
    const stage = onStage(60, 12)
    await stage.after([start('run', ['web1']), step('web1', 'backup'), prints('web1', 'one\ntw')])
    expect(await stage.ended()).toBe('web1 | one\nweb1 | tw\n')
  })

  it('makes room for a question', async () => {
    const stage = onStage(60, 12)
    await stage.after([start('deploy', ['web1']), step('web1', 'migrate')])
    let answer: (text: string) => void = () => {}
    const asked = stage.renderer.pause(() => {
      stage.terminal.write('trust this host? ')
      return new Promise<string>((resolve) => {
        answer = resolve
      })
    })
    expect(await stage.after([prints('web1', 'x\n')], 500)).toBe('trust this host?\n')
    expect(stage.terminal.cursorShown).toBe(true)
    stage.terminal.write('yes\n')
    answer('yes')
    expect(await asked).toBe('yes')
    expect(await stage.after([])).toBe('trust this host? yes\nweb1 | x\n⠧ web1  migrate  0.7 s\n')
  })
})
