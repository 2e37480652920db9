import { lookup } from 'node:dns/promises'
import { connect, type LookupFunction, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { noConnection, noWayThrough } from './connect-errors.js'
import type { Sessions } from './logged-in.js'
import { openProxy } from './proxy-command.js'
import type { Route } from './route.js'

/** Opens the line to a host: a socket of our own, its ProxyCommand, or a channel through its jump host. Rejects with a ConnectFailure. */
export type Dial = (route: Route, jump: Sessions | undefined, signal: AbortSignal) => Promise<Duplex>

/** One line at a time to each; a name is looked up once per run, because lookups have but four threads. */
export function createDial(env: Readonly<Record<string, string | undefined>>): Dial {
  const names = new Map<string, ReturnType<typeof resolve>>()
  const cached: LookupFunction = (name, { all }, done) => {
    const addresses = names.get(name) ?? resolve(name)
    names.set(name, addresses)
    addresses.then(
      (found) => (all ? done(null, found) : done(null, found[0]!.address, found[0]!.family)),
      (error) => {
        names.delete(name)
        done(error, '', 0)
      },
    )
  }
  return async (route, jump, signal) => {
    if (jump !== undefined) return openForward(route, route.via!, jump)
    return route.proxyCommand === undefined ? openSocket(route, cached, signal) : openProxy(route.proxyCommand, env)
  }
}

const resolve = (name: string) => lookup(name, { all: true })

/** How long one of several addresses of a host may take before the next is tried as well. Node's 250 ms fail far hosts. */
const nextAddressMs = 2000

function openSocket(route: Route, cached: LookupFunction, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: route.hostName,
      port: route.port,
      lookup: cached,
      // Without this each small packet waits for the answer to the one before: 40 ms at the login alone.
      noDelay: true,
      autoSelectFamilyAttemptTimeout: nextAddressMs,
      signal,
    })
    const fail = (error: NodeJS.ErrnoException) => reject(noConnection(route, error))
    socket.once('error', fail)
    socket.once('connect', () => {
      socket.off('error', fail)
      resolve(socket)
    })
  })
}

async function openForward(route: Route, via: Route, jump: Sessions): Promise<Duplex> {
  try {
    return await jump.forward(route.hostName, route.port)
  } catch (error) {
    throw noWayThrough(route, via, error as Error)
  }
}
