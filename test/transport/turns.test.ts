import { expect, test } from 'vitest'
import type { Route } from '../../src/transport/route.js'
import { Turns } from '../../src/transport/turns.js'

const to = (hostName: string, via?: string) =>
  ({ hostName, port: 22, ...(via !== undefined && { via: { id: via } }) }) as Route
const hosts = (count: number, via?: string) => Array.from({ length: count }, (_, index) => to(`web${index}`, via))

/** How many of these begin before one of them has ended. */
async function begun(routes: readonly Route[], begin: (route: Route, work: () => Promise<void>) => unknown) {
  let count = 0
  const never = () => {
    count++
    return new Promise<void>(() => {})
  }
  for (const route of routes) begin(route, never)
  await new Promise((resolve) => setImmediate(resolve))
  return count
}

test.each([
  ['lines to many hosts', 'line', hosts(40), 40],
  ['lines to very many hosts', 'line', hosts(300), 256],
  ['lines to one address', 'line', hosts(40).fill(to('web1')), 8],
  ['lines to many hosts behind a jump host', 'line', hosts(40, 'bastion'), 40],
  ['lines to one address behind a jump host', 'line', hosts(40).fill(to('web1', 'bastion')), 8],
  ['handshakes with many hosts', 'place', hosts(40), 32],
  ['handshakes behind a jump host', 'place', hosts(40, 'bastion'), 8],
  ['handshakes behind two jump hosts', 'place', [...hosts(40, 'one'), ...hosts(40, 'two')], 16],
  ['processes of ssh', 'ssh', hosts(40), 32],
  ['processes of ssh for one address', 'ssh', hosts(40).fill(to('web1')), 8],
  ['processes of ssh behind a jump host', 'ssh', hosts(40, 'bastion'), 8],
] as const)('at once, %s', async (_, kind, routes, most) => {
  const turns = new Turns()
  const begin = {
    line: (route: Route, work: () => Promise<void>) => turns.bySsh2(route, work),
    ssh: (route: Route, work: () => Promise<void>) => turns.bySsh(route, work),
    place: (route: Route, work: () => Promise<void>) => turns.place(route).then(work),
  }[kind]
  expect(await begun(routes, begin)).toBe(most)
})

test('whoever leaves makes room for the next', async () => {
  const turns = new Turns()
  const taken: (() => void)[] = []
  for (const route of hosts(33)) void turns.place(route).then((leave) => taken.push(leave))
  await new Promise((resolve) => setImmediate(resolve))
  expect(taken).toHaveLength(32)
  taken[0]?.()
  await new Promise((resolve) => setImmediate(resolve))
  expect(taken).toHaveLength(33)
})

test('lines that say nothing take no place from a handshake', async () => {
  const turns = new Turns()
  await begun(hosts(200), (route, work) => turns.bySsh2(route, work))
  const leave = await turns.place(to('db1'))
  leave()
})
