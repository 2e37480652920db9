import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'

/** The program that leads to a host has ended: what it said, and how. */
export class ProxyEnded extends Error {}

const mostSaid = 2000

/** Runs a ProxyCommand, as ssh does: its stdin and stdout are the line. It is ended when the line is. */
export function openProxy(command: string, env: Readonly<Record<string, string | undefined>>): Duplex {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { env, detached: true })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-mostSaid)
  })
  child.stdin.on('error', () => {})
  const line = Duplex.from({ readable: child.stdout, writable: child.stdin })
  line.once('close', () => child.kill('SIGHUP'))
  child.on('error', (error) => line.destroy(new ProxyEnded(error.message)))
  child.on('close', (code, signal) => {
    const end = signal === null ? `it exited with ${code}` : `it was ended by ${signal}`
    line.destroy(new ProxyEnded([said.trim(), end].filter((part) => part !== '').join('; ')))
  })
  return line
}
