import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Client, ClientChannel, ParsedKey } from 'ssh2'
import type { RawSession } from './logged-in.js'

/**
 * The private members of ssh2 that save round trips: a signature sent unasked, a channel opened behind it, data behind an
 * exec request; and those where it has OpenSSL read the same key again and again. ssh2 is pinned; where the shape is another one, `internalsOf` gives undefined and all goes the public way.
 */
export interface Internals {
  /** What the host calls itself: `OpenSSH_9.2p1`. */
  readonly software: string
  /** Calls back when the host refuses a login: which methods it would take now, and whether what was shown counted. */
  onAuthFailure(seen: (methods: readonly string[], partial: boolean) => void): void
  /** Sends a signed login without asking whether the key would do; ssh2's own question for that key is then left out. */
  signUnasked(login: UnaskedLogin): void
  openSession(): Promise<RawSession>
}

interface UnaskedLogin {
  readonly user: string
  readonly key: ParsedKey
  readonly algorithm: string | undefined
  sign(data: Buffer, done: (signature: Buffer) => void): void
  /** Called when the request is on its way: what is sent now comes right behind it. */
  sent(): void
}

interface Protocol {
  service(name: string): void
  authPK(user: string, key: ParsedKey, algorithm?: string, sign?: Sign): void
  session(channel: number, window: number, packet: number): void
  exec(channel: number, command: string, wantReply: boolean): void
  channelData(channel: number, data: Buffer): void
  _handlers: {
    USERAUTH_FAILURE(protocol: unknown, methods: string[], partial: boolean): void
    GLOBAL_REQUEST(protocol: unknown, name: string, wantReply: boolean, data: unknown): void
  }
}

interface KeyExchange {
  readonly type: string
  readonly _keys: { readonly publicKey: KeyObject }
  generateKeys(): void
  getPublicKey(): Buffer
}

type Sign = (data: Buffer, done: (signature: Buffer) => void) => void
type Opened = ((error: Error | undefined, channel?: RawChannel) => void) & { type?: string }

interface RawChannel extends ClientChannel {
  readonly _callbacks: ((failed: boolean | Error) => void)[]
  readonly outgoing: { readonly id: number; window: number; readonly packetSize: number; readonly state: string }
}

interface PrivateClient {
  readonly _protocol: Protocol
  readonly _chanMgr: { add(opened: Opened): number }
  readonly _remoteVer?: string
}

const windowSize = 2 * 1024 * 1024
const packetSize = 32 * 1024
/** OpenSSH takes more than it has announced: its session channel opens with no window, and gets one by the exec request. */
const earlyLimit = 128 * 1024

/** ssh2 has the key's PEM read anew for each signature, which takes OpenSSL ten times as long as to sign: once is enough. */
export function readOnce(key: ParsedKey): ParsedKey {
  const pem = key.getPrivatePEM()
  const place = Object.getOwnPropertySymbols(key).find((symbol) => Reflect.get(key, symbol) === pem)
  return place === undefined ? key : Object.create(key, { [place]: { value: createPrivateKey(pem) } })
}

/** The private side of a client on which `connect` has been called; undefined when this is another ssh2. */
export function internalsOf(client: Client): Internals | undefined {
  const inner = client as unknown as PrivateClient
  if (!hasShape(inner)) return undefined
  ignoreOfferedHostKeys(inner._protocol)
  exportOnce(inner._protocol)
  return {
    get software() {
      return inner._remoteVer ?? ''
    },
    onAuthFailure: (seen) => onAuthFailure(inner._protocol, seen),
    signUnasked: (login) => signUnasked(inner._protocol, login),
    openSession: () => openSession(inner),
  }
}

function hasShape(client: Partial<PrivateClient>): boolean {
  const { _protocol: protocol, _chanMgr: channels } = client
  const functions = [
    protocol?.service,
    protocol?.authPK,
    protocol?.session,
    protocol?.exec,
    protocol?.channelData,
    protocol?._handlers?.USERAUTH_FAILURE,
    protocol?._handlers?.GLOBAL_REQUEST,
    channels?.add,
  ]
  return functions.every((each) => typeof each === 'function')
}

/** OpenSSH offers its other host keys after each login. ssh2 would have them proved, which costs both sides signatures. */
function ignoreOfferedHostKeys(protocol: Protocol): void {
  const others = protocol._handlers.GLOBAL_REQUEST
  protocol._handlers.GLOBAL_REQUEST = (self, name, wantReply, data) => {
    if (name !== 'hostkeys-00@openssh.com') others(self, name, wantReply, data)
  }
}

/** ssh2 has our half of a key exchange written out twice, each time as DER: 0.2 ms for each host. */
function exportOnce(protocol: Protocol): void {
  let current: KeyExchange | undefined
  Object.defineProperty(protocol, '_kex', {
    get: () => current,
    set(kex: KeyExchange | undefined) {
      current = kex
      if (kex?.type !== '25519') return
      let half: Buffer | undefined
      kex.getPublicKey = () => {
        kex.generateKeys()
        half ??= Buffer.from(kex._keys.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
        return half
      }
    },
  })
}

/** ssh2 tells its own auth handler nothing of this while it goes through the keys of an agent. */
function onAuthFailure(protocol: Protocol, seen: (methods: readonly string[], partial: boolean) => void): void {
  const next = protocol._handlers.USERAUTH_FAILURE
  protocol._handlers.USERAUTH_FAILURE = (self, methods, partial) => {
    seen(methods, partial)
    next(self, methods, partial)
  }
}

function signUnasked(protocol: Protocol, login: UnaskedLogin): void {
  const { service, authPK } = protocol
  // ssh2 asks for the service as soon as the key exchange is done; the login goes right behind that question.
  protocol.service = (name) => {
    protocol.service = service
    service.call(protocol, name)
    authPK.call(protocol, login.user, login.key, login.algorithm, (data, done) =>
      login.sign(data, (signature) => {
        done(signature)
        login.sent()
      }),
    )
  }
  protocol.authPK = (user, key, algorithm, sign) => {
    protocol.authPK = authPK
    // The question whether this key would do: the answer to the signature answers it as well.
    if (sign === undefined && key === login.key) return
    authPK.call(protocol, user, key, algorithm, sign)
  }
}

function openSession({ _protocol: protocol, _chanMgr: channels, _remoteVer }: PrivateClient): Promise<RawSession> {
  return new Promise((resolve, reject) => {
    const opened: Opened = (error, channel) => {
      if (error !== undefined || channel === undefined) reject(error)
      else resolve(rawSession(protocol, channel, /^OpenSSH_/.test(_remoteVer ?? '')))
    }
    opened.type = 'session'
    protocol.session(channels.add(opened), windowSize, packetSize)
  })
}

function rawSession(protocol: Protocol, channel: RawChannel, isOpenSsh: boolean): RawSession {
  return {
    channel,
    exec: (command, early) =>
      new Promise((resolve, reject) => {
        const { id, window } = channel.outgoing
        const limit = isOpenSsh ? earlyLimit : Math.min(window, earlyLimit)
        const sent = Math.min(early.length, limit)
        channel._callbacks.push((failed) => {
          if (failed) return reject(new Error('the host refuses to run a command'))
          // The window that was used up before it was given.
          channel.outgoing.window = Math.max(0, channel.outgoing.window - sent)
          resolve(early.subarray(sent))
        })
        protocol.exec(id, command, true)
        const size = channel.outgoing.packetSize
        for (let from = 0; from < sent; from += size) {
          protocol.channelData(id, Buffer.from(early.subarray(from, Math.min(from + size, sent))))
        }
      }),
  }
}
