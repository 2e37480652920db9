import { expect, it } from 'vitest'
import type { InstanceSpec } from '../../src/config/spec.js'
import { VenvoyError } from '../../src/errors.js'
import type { HostFacts } from '../../src/facts/facts.js'
import type { PortFacts } from '../../src/facts/port-facts.js'
import { assertPortsFree, knownPorts, portsOn, settlePorts, takePorts } from '../../src/operations/ports.js'
import { read } from '../config/reading.js'
import { factsOf, python311 } from '../plan/given.js'

/** The instances of one host by what they say, in the file's order. */
const specsOf = (instances: Record<string, object>): InstanceSpec[] => {
  const hosted = Object.entries(instances).map(([name, more]) => {
    const env = 'port' in more ? { URL: 'http://127.0.0.1:{{ port }}/' } : {}
    return [name, { hosts: ['web1'], env, ...more }]
  })
  const file = { project: 'blog', hosts: { web1: 'web1' }, instances: Object.fromEntries(hosted) }
  return [...read(JSON.stringify(file)).instances]
}

const folderOf = (name: string) => `/home/ann/apps/blog-${name}`
const portFacts = (given: Record<number, string>, listening: readonly number[] = []): PortFacts => ({
  given: Object.entries(given).map(([port, holder]) => {
    const [name = '', portName = 'port'] = holder.split(' ')
    return { port: Number(port), name: portName, to: folderOf(name) }
  }),
  listening,
})
const facts = (names: readonly string[], ports?: PortFacts, state = {}): HostFacts => {
  const bare = factsOf().instances.staging!
  const instances = Object.fromEntries(names.map((name) => [name, { ...bare, to: folderOf(name), ...state }]))
  return factsOf({}, { instances, ...(ports && { ports }) })
}
const failureOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof VenvoyError) return error.failure.what
  }
  return 'none'
}

it.each<[string, Record<string, object>, PortFacts | undefined, object]>([
  ['the first free ones', { a: { port: 'auto' }, b: { port: 'auto' } }, undefined, { a: 20000, b: 20001 }],
  ['what they have', { a: { port: 'auto' }, b: { port: 'auto' } }, portFacts({ 20005: 'a' }), { a: 20005, b: 20000 }],
  [
    "nothing that is another's, listened on, or said in the file",
    { a: { port: 'auto' }, b: { port: 20003 }, c: { port: 'auto' } },
    portFacts({ 20000: 'x', 20002: 'c web' }, [20001, 80]),
    { a: 20004, b: 20003, c: 20005 },
  ],
])('gives instances %s', (_, instances, ports, expected) => {
  const specs = specsOf(instances)
  const there = facts(Object.keys(instances), ports)
  const settled = specs.map((spec) => settlePorts(spec, there))
  expect(Object.fromEntries(settled.map((spec) => [spec.name, spec.ports.port]))).toEqual(expected)
  expect(settled.map(({ env }) => env.URL)).toEqual(settled.map((spec) => `http://127.0.0.1:${spec.ports.port}/`))
  expect(settled.filter(({ autoPorts }) => autoPorts)).toEqual([])
})

it('takes each name for itself, and fills in all that uses it', () => {
  const [spec] = specsOf({
    a: {
      port: 'auto',
      ports: { web: 'auto', admin: 8001 },
      deploy: { after_switch: ['curl 127.0.0.1:{{ ports.web }}'], templates: [{ text: '{{ ports.web }}', to: 'p' }] },
    },
  })
  const settled = settlePorts(spec!, facts(['a'], portFacts({ 20007: 'a web' })))
  expect(settled.ports).toEqual({ web: 20007, admin: 8001, port: 20000 })
  expect(settled.env).toMatchObject({ PORT: '20000', PORT_WEB: '20007', PORT_ADMIN: '8001' })
  expect(settled.afterSwitch[0]?.title).toBe('curl 127.0.0.1:20007')
  expect(JSON.stringify(settled.templates)).toContain('20007')
})

it('keeps what was read of the venv', () => {
  const [spec] = specsOf({ a: { port: 'auto' } })
  const whole = { ...spec!, venv: { ...spec!.venv, packages: ['read'] } }
  expect(settlePorts(whole, facts(['a'])).venv.packages).toEqual(['read'])
})

it('finds no port where all are taken', () => {
  const [spec] = specsOf({ a: { port: 'auto' } })
  const all = Array.from({ length: 10_000 }, (_, i) => 20_000 + i)
  expect(failureOf(() => settlePorts(spec!, facts(['a'], portFacts({}, all))))).toBe(
    'no port from 20000 to 29999 is left',
  )
})

it.each<[string, PortFacts, object, string]>([
  ['free', portFacts({ 8002: 'b' }, [22]), {}, 'none'],
  ['its own', portFacts({ 8001: 'a' }, [8001]), {}, 'none'],
  ["another's", portFacts({ 8001: 'b' }), {}, 'port 8001 is that of the instance in /home/ann/apps/blog-b'],
  [
    'listened on at first',
    portFacts({}, [8001]),
    {},
    'something listens on port 8001 already, and the instance was never deployed',
  ],
  ['listened on by what serves', portFacts({}, [8001]), { current: {} }, 'none'],
])('refuses a port that is %s', (_, ports, state, what) => {
  const [spec] = specsOf({ a: { port: 8001 } })
  expect(failureOf(() => assertPortsFree(spec!, facts(['a'], ports, state)))).toBe(what)
})

it('says how two instances swap their ports, and in which order one follows the other', () => {
  const [a, b] = specsOf({ a: { port: 8002 }, b: { port: 8001 } })
  const swapped = facts(['a', 'b'], portFacts({ 8001: 'a', 8002: 'b' }))
  const told = (spec: InstanceSpec, on: HostFacts) => {
    try {
      assertPortsFree(spec, on)
    } catch (error) {
      return [(error as VenvoyError).failure.what, (error as VenvoyError).failure.next]
    }
    return []
  }
  expect(told(a!, swapped)).toEqual([
    'port 8002 is still that of b, which is to get a port of a',
    'first deploy b with a port that neither has; then say what you want again, and deploy a, then b',
  ])
  expect(told(b!, swapped)[0]).toBe('port 8001 is still that of a, which is to get a port of b')
  const between = facts(['a', 'b'], portFacts({ 8001: 'a', 8009: 'b' }))
  expect([told(a!, between), told(b!, between)]).toEqual([
    [],
    ['port 8001 is still that of a', 'venvoy deploy a, and then venvoy deploy b'],
  ])
})

it.each<[string, object, PortFacts, string[]]>([
  ['all', { port: 8001, ports: { web: 8002 } }, portFacts({}), ['take ports 8002 (web), 8001']],
  ['one', { port: 8001 }, portFacts({ 8009: 'a' }), ['take port 8001']],
  ['none that it has', { port: 8001 }, portFacts({ 8001: 'a' }), []],
  ['nothing where there is nothing to take', {}, portFacts({ 8001: 'a' }), []],
])('takes %s', (_, instance, ports, titles) => {
  const [spec] = specsOf({ a: instance })
  expect(takePorts(spec!, facts(['a'], ports), python311.path).map(({ title }) => title)).toEqual(titles)
})

it('knows ports only where they were given out', () => {
  const [spec] = specsOf({ a: { port: 'auto' } })
  expect(knownPorts(spec!, facts(['a'], portFacts({ 20009: 'a' }))).env.PORT).toBe('20009')
  expect(failureOf(() => knownPorts(spec!, facts(['a'])))).toBe('it has no port yet: the first deploy gives it out')
  expect(portsOn(spec!)).toEqual({ port: 'auto' })
  expect(portsOn(spec!, facts(['a'], portFacts({ 20009: 'a' })))).toEqual({ port: 20009 })
})
