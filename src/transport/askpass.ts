import { writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'

/** What an ssh process wants to know: a prompt, as ssh words it. */
export interface SshQuestion {
  readonly prompt: string
  /** `confirm` wants a yes; `none` wants nothing but that somebody acts (touches a key). */
  readonly kind: string
}

/** Undefined breaks the question off. */
type Answer = (question: SshQuestion) => Promise<string | undefined>

/** Where the ssh processes of a run bring their questions. */
export interface Askpass {
  /** The env that makes an ssh process ask here; `end` forgets whom it asks. */
  enter(answer: Answer): { readonly env: Readonly<Record<string, string>>; end(): void }
  close(): void
}

/** What ssh runs to ask: it brings the prompt here and prints the answer. */
const program = (node: string, script: string) => `#!/bin/sh\nexec '${node}' '${script}' "$@"\n`

const script = `const socket = require('net').connect(process.env.VENVOY_ASK)
const question = { id: process.env.VENVOY_ASK_ID, prompt: process.argv[2], kind: process.env.SSH_ASKPASS_PROMPT || '' }
let answer = ''
socket.on('error', () => (process.exitCode = 1))
socket.on('data', (chunk) => (answer += chunk))
socket.on('end', () => {
  process.exitCode = answer === '' ? 1 : 0
  process.stdout.write(answer)
  socket.end()
})
socket.write(JSON.stringify(question) + '\\n')
`

/** Answers through a socket in a folder that only we may enter: no secret is in an env, an argument or a file. */
export function openAskpass(folder: string): Askpass {
  const path = join(folder, 'ask')
  const answers = new Map<string, Answer>()
  const sockets = new Set<Socket>()
  writeFileSync(join(folder, 'ask.cjs'), script, { mode: 0o600 })
  writeFileSync(join(folder, 'ask.sh'), program(process.execPath, join(folder, 'ask.cjs')), { mode: 0o700 })
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    serve(socket, answers)
  })
  server.on('error', () => {})
  server.listen(path)
  server.unref()
  let last = 0
  return {
    enter(answer) {
      const id = String(++last)
      answers.set(id, answer)
      const env = {
        ...{ VENVOY_ASK: path, VENVOY_ASK_ID: id },
        // Before OpenSSH 8.4, a display and no terminal decide.
        ...{ SSH_ASKPASS: join(folder, 'ask.sh'), SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
      }
      return { env, end: () => answers.delete(id) }
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function serve(socket: Socket, answers: ReadonlyMap<string, Answer>): void {
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (!text.endsWith('\n')) return
    const { id, prompt, kind } = JSON.parse(text) as SshQuestion & { readonly id: string }
    const answer = answers.get(id)?.({ prompt, kind }) ?? Promise.resolve(undefined)
    answer.then(
      (said) => socket.end(said === undefined ? '' : `${said}\n`),
      () => socket.destroy(),
    )
  })
}
