import ssh2, { type AuthContext, type KeyboardAuthContext, type ParsedKey, type PublicKeyAuthContext } from 'ssh2'
import type { EmbeddedLogin } from './embedded-login.js'

/** Answers one login attempt. */
export type Doorkeeper = (attempt: AuthContext) => void

/** Lets `user` in by the given ways and names those ways to everybody else. */
export function createDoorkeeper(user: string, login: EmbeddedLogin): Doorkeeper {
  const keys = (login.authorizedKeys ?? []).map(parsePublicKey)
  const ways = [
    ...(login.publicKey === false ? [] : (['publickey'] as const)),
    ...(login.password === undefined ? [] : (['password'] as const)),
    ...(login.keyboardInteractive === undefined ? [] : (['keyboard-interactive'] as const)),
  ]
  return (attempt) => {
    const offered = attempt.username === user && ways.some((way) => way === attempt.method)
    if (offered && attempt.method === 'keyboard-interactive') askQuestions(attempt, login, ways)
    else if (offered && isLetIn(attempt, keys, login)) attempt.accept()
    else attempt.reject(ways)
  }
}

function isLetIn(attempt: AuthContext, keys: readonly ParsedKey[], login: EmbeddedLogin): boolean {
  if (attempt.method === 'publickey') return keys.some((key) => isSignedBy(key, attempt))
  return attempt.method === 'password' && attempt.password === login.password
}

/** Without a signature the client only asks whether this key would do. */
function isSignedBy(key: ParsedKey, { key: offered, blob, signature, hashAlgo }: PublicKeyAuthContext): boolean {
  if (!key.getPublicSSH().equals(offered.data)) return false
  return signature === undefined || blob === undefined || key.verify(blob, signature, hashAlgo) === true
}

function askQuestions(attempt: KeyboardAuthContext, login: EmbeddedLogin, ways: AuthContext['method'][]): void {
  const questions = login.keyboardInteractive ?? []
  const prompts = questions.map(({ prompt }) => ({ prompt, echo: false }))
  attempt.prompt(prompts, (answers) => {
    const right = questions.every(({ answer }, i) => answers[i] === answer)
    if (right) attempt.accept()
    else attempt.reject(ways)
  })
}

function parsePublicKey(line: string): ParsedKey {
  const key = ssh2.utils.parseKey(line)
  if (key instanceof Error) throw key
  return key
}
