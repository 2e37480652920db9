import { expect, it } from 'vitest'
import { openSession } from '../../src/transport/session.js'
import type { ChannelEnd, Connection, OnOutput } from '../../src/transport/transport.js'

/** A host whose two streams the test moves on by hand. */
function scriptedHost() {
  let say: OnOutput = () => {}
  let marker = ''
  const connection: Connection = {
    login: 'scripted',
    open: async (_command, input, onOutput) => {
      say = onOutput
      // `m MARKER kill`
      marker = Buffer.from(input).toString().split(' ')[1] ?? ''
      return { closed: new Promise<ChannelEnd>(() => {}), write: async () => {}, end: () => {} }
    },
    close: () => {},
  }
  const frame = (words: string) => `\u001e${marker} ${words}\n`
  return { connection, frame, say: (stream: 'stdout' | 'stderr', text: string) => say(stream, Buffer.from(text)) }
}

it('ends a step before the next begins, however far one stream is ahead of the other', async () => {
  const { connection, frame, say } = scriptedHost()
  const session = await openSession(connection, { lost: 'kill' })
  const seen: string[] = []
  const ended = session.run(
    { id: 'p', steps: [] },
    {
      start: (id) => seen.push(`start ${id}`),
      output: (id, stream, chunk) => seen.push(`${stream} ${id} ${Buffer.from(chunk)}`),
      end: (id, { code }) => seen.push(`end ${id} ${code}`),
    },
  )
  say('stdout', `${frame('s a')}one${frame('e a 0')}${frame('s b')}two${frame('e b 3')}${frame('p p')}`)
  expect(seen).toEqual(['start a', 'stdout a one'])
  say('stderr', `${frame('s a')}late${frame('e a 0')}`)
  say('stderr', `${frame('s b')}${frame('e b 3')}${frame('p p')}`)
  await ended
  expect(seen).toEqual([
    ...['start a', 'stdout a one', 'stderr a late', 'end a 0'],
    ...['start b', 'stdout b two', 'end b 3'],
  ])
})
