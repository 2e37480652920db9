import ssh2, { type OpenSSHAgent, type ParsedKey } from 'ssh2'

/** A key in the agent. */
export interface AgentKey {
  readonly publicKey: ParsedKey
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>
}

/** An agent of which only the other end of the socket is left must not hold up a run. */
const patienceMs = 5000
/** Somebody may have to touch or confirm something. */
const signPatienceMs = 60_000

/** What the agent behind a socket holds. One that does not answer holds nothing, as for ssh. */
export async function agentKeys(socket: string): Promise<readonly AgentKey[]> {
  const agent = ssh2.createAgent(socket) as OpenSSHAgent
  const keys = await new Promise<readonly ParsedKey[]>((resolve) => {
    const giveUp = setTimeout(() => resolve([]), patienceMs)
    agent.getIdentities((error, held) => {
      clearTimeout(giveUp)
      // The types allow for other forms; OpenSSHAgent gives parsed keys, and leaves out kinds that it does not know.
      resolve(error || !held ? [] : (held as ParsedKey[]))
    })
  })
  return keys.map((publicKey) => ({ publicKey, sign: (data, hash) => sign(agent, publicKey, data, hash) }))
}

function sign(agent: OpenSSHAgent, key: ParsedKey, data: Buffer, hash: string | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => reject(new Error('the agent did not answer within a minute')), signPatienceMs)
    // An RSA key signs in one of three ways; the others know but one.
    const options = hash === 'sha256' || hash === 'sha512' ? { hash } : {}
    agent.sign(key, data, options as { hash: 'sha256' }, (error, signed) => {
      clearTimeout(giveUp)
      if (error || signed === undefined) reject(new Error('the agent refused to sign'))
      else resolve(signed as Buffer)
    })
  })
}
