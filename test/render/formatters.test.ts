import { expect, it } from 'vitest'
import { type Formatters, format } from '../../src/render/formatters.js'

const known: Omit<Formatters<string>, 'run:end'> = {
  'run:start': ({ command }) => `start ${command}`,
  'run:note': ({ text }) => text,
  'run:table': () => 'table',
  'host:connect': ({ host }) => host,
  'host:ready': ({ login }) => login,
  'host:end': ({ outcome }) => outcome,
  'instance:plan': ({ steps }) => String(steps.length),
  'instance:verified': ({ files }) => String(files),
  'instance:end': ({ outcome }) => outcome,
  'step:start': ({ title }) => title,
  'step:output': ({ stream }) => stream,
  'step:progress': ({ unit }) => unit,
  'step:end': ({ ms }) => String(ms),
  'step:skip': ({ when }) => when,
}

it('an event kind without a formatter does not compile', () => {
  // @ts-expect-error run:end is missing
  const formatters: Formatters<string> = known
  expect(format(formatters, { type: 'host:connect', host: 'web1' })).toBe('web1')
})
