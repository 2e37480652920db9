import ssh2, { type Client, type ClientChannel, type ConnectConfig } from 'ssh2'
import type { EmbeddedHost } from '../../src/testing/index.js'

export interface Exit {
  readonly stdout: Buffer
  readonly stderr: Buffer
  readonly code: number | null | undefined
  readonly signal: string | undefined
}

/** Logs in with ssh2's own client. */
export function logIn(host: EmbeddedHost, config: ConnectConfig = {}): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    client.once('ready', () => resolve(client))
    client.on('error', reject)
    client.once('close', () => reject(new Error('closed before the login was done')))
    const { address, port, user: username, clientKey: privateKey } = host
    client.connect({ host: address, port, username, privateKey, ...config })
  })
}

export function open(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
}

/** Runs a command to the close of its channel. */
export function exec(client: Client, command: string, input: Uint8Array | string = ''): Promise<Exit> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error)
      // Listening has to begin here: a short command's end comes in the same packet as the channel.
      resolve(result(channel))
      channel.end(input)
    })
  })
}

export function result(channel: ClientChannel): Promise<Exit> {
  return new Promise((resolve) => {
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    let end: Pick<Exit, 'code' | 'signal'> = { code: undefined, signal: undefined }
    channel.on('data', (chunk: Buffer) => stdout.push(chunk))
    channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    channel.on('exit', (code: number | null, signal?: string) => {
      end = { code, signal: code === null ? signal : undefined }
    })
    channel.on('close', () => resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), ...end }))
  })
}
