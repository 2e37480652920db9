import { connect } from 'node:net'
import { field, reader } from './ssh-wire.js'

/** A key in the agent, of whatever kind. */
export interface ListedKey {
  /** `ssh-ed25519-cert-v01@openssh.com`, `sk-ssh-ed25519@openssh.com`. */
  readonly type: string
  readonly comment: string
}

/** An agent of which only the other end of the socket is left must not hold up a run. */
const patienceMs = 5000
const requestIdentities = 11
const identitiesAnswer = 12
const longestAnswer = 256 * 1024

/** All that the agent behind a socket holds; ssh2 leaves out what it does not know. One that does not answer holds nothing. */
export function listAgent(socket: string): Promise<readonly ListedKey[]> {
  return new Promise((resolve) => {
    let answer: Buffer = Buffer.alloc(0)
    const line = connect(socket)
    const end = (keys: readonly ListedKey[]) => {
      line.destroy()
      resolve(keys)
    }
    line.setTimeout(patienceMs, () => end([]))
    line.on('error', () => end([]))
    line.on('close', () => end([]))
    line.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      if (answer.length > longestAnswer) end([])
      else if (answer.length >= 4 && answer.length >= 4 + answer.readUInt32BE(0)) end(parse(answer))
    })
    line.write(field(Buffer.of(requestIdentities)))
  })
}

function parse(answer: Buffer): ListedKey[] {
  try {
    const read = reader(answer, 4)
    if (read.byte() !== identitiesAnswer) return []
    return Array.from({ length: read.number() }, () => {
      const type = reader(read.string()).string().toString()
      return { type, comment: read.string().toString() }
    })
  } catch {
    // It does not speak the agent's language.
    return []
  }
}
