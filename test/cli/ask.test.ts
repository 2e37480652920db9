import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askAtTerminal } from '../../src/cli/ask.js'

/** A terminal of 80 columns with somebody who types. */
function terminal(typed: string, signal = new AbortController().signal) {
  let text = ''
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    text += chunk
    done()
  }
  const output = Object.assign(new Writable({ write }), { columns: 80, isTTY: true })
  const input = Object.assign(new PassThrough(), { isTTY: true })
  input.write(typed)
  const ask = askAtTerminal(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream, signal)
  return { ask, shown: () => text }
}

const eraseBelow = '\u001b[0J'

describe('a question at the terminal', () => {
  it.each([
    ['y\r', true],
    ['YES\r', true],
    ['\r', false],
    ['no\r', false],
    ['yeah\r', false],
  ])('takes %j for %j', async (typed, answer) => {
    expect(await terminal(typed).ask.confirm('Go on?')).toBe(answer)
  })

  it('shows no more of what a host says than its text', async () => {
    const hostile = '\u001b]0;mine\u0007\u001b[2JToken\u0085\nfor you: '
    const { ask, shown } = terminal('123\r')
    expect(await ask.secret(hostile)).toBe('123')
    expect(shown()).toContain('Token\nfor you: ')
    for (const more of ['mine', '\u001b[2J', '\u0085']) expect(shown()).not.toContain(more)
  })

  it('is shown whole where it is wider than the terminal', async () => {
    const question = `Its key is SHA256:${'x'.repeat(100)}. Is it the right one?`
    const { ask, shown } = terminal('y\r')
    await ask.confirm(question)
    const text = shown()
    expect(text).toContain(`${question} [y/N] `)
    expect(text.lastIndexOf(eraseBelow)).toBeLessThan(text.indexOf(question))
  })

  it('does not show a secret', async () => {
    const { ask, shown } = terminal('hunter2\r')
    expect(await ask.secret('Password: ')).toBe('hunter2')
    expect(shown()).toBe('Password: \n')
  })

  it.each(['before it is shown', 'while it waits'])('is given up when the run is cancelled %s', async (when) => {
    const cancel = new AbortController()
    const { ask, shown } = terminal('', cancel.signal)
    const answer = ask.confirm('Go on?')
    if (when === 'while it waits') await expect.poll(shown).toContain('Go on?')
    cancel.abort()
    await expect(answer).rejects.toThrow('cancelled')
  })
})
