import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { VenvoyError } from '../errors.js'
import type { Login } from './login.js'

/** What a svn command left behind; a code other than 0 is for the caller to judge. */
export interface SvnResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface SvnOptions {
  /** The control side's cache folder. */
  readonly cache: string
  readonly login?: Login | undefined
  readonly signal?: AbortSignal | undefined
}

/** Git's hooks, cron and bare containers have no UTF-8 locale, without which svn writes no `é`; messages stay English. */
function localeOf({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): Record<string, string> {
  const current = LC_ALL || LC_CTYPE || LANG || ''
  return { LC_CTYPE: /utf-?8/i.test(current) ? current : 'C.UTF-8', LC_MESSAGES: 'C', LANGUAGE: 'C' }
}

/**
 * Runs svn to its end, without a terminal to ask at. A password travels on its stdin and is stored nowhere; without one, what
 * this user has stored for svn is used. Throws a VenvoyError when svn is not installed or the run was interrupted.
 */
export function svnCommand(args: readonly string[], { cache, login, signal }: SvnOptions): Promise<SvnResult> {
  const { user, password } = login ?? {}
  const own = join(homedir(), '.subversion')
  const always = [
    '--non-interactive',
    '--no-auth-cache',
    '--config-dir',
    existsSync(own) ? own : join(cache, 'svn-config'),
  ]
  const name = user === undefined ? [] : ['--username', user]
  const secret = password === undefined ? [] : ['--password-from-stdin']
  const { LC_ALL: _, ...env } = process.env
  const options = { env: { ...env, ...localeOf(process.env) }, signal }
  return new Promise((resolve, reject) => {
    const child = spawn('svn', [...args.slice(0, 1), ...always, ...name, ...secret, ...args.slice(1)], options)
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    // A svn that ends before it has read the password says why.
    child.stdin.on('error', () => undefined)
    child.stdin.end(password === undefined ? '' : `${password}\n`)
    child.on('error', (error: NodeJS.ErrnoException) => reject(asFailure(error)))
    child.on('close', (code) =>
      resolve({ code: code ?? 128, stdout: String(Buffer.concat(stdout)), stderr: String(Buffer.concat(stderr)) }),
    )
  })
}

function asFailure(error: NodeJS.ErrnoException): Error {
  if (error.name === 'AbortError')
    return new VenvoyError({ kind: 'interrupted', what: 'interrupted' }, { cause: error })
  if (error.code !== 'ENOENT') return error
  const next = 'apt-get install subversion   (or what installs svn on this machine)'
  return new VenvoyError({ kind: 'config', what: 'svn is not installed here, and the source needs it', next })
}

/** What went wrong, by svn's own numbers, and what to do about it. `address` is shown; it holds no password. */
export function svnFailure(address: string, { code, stderr }: SvnResult, login: Login | undefined): VenvoyError {
  const lines = stderr.split('\n').map((line) => line.trim())
  const why = lines.filter((line) => line !== '').slice(0, 5)
  const failure = {
    where: `source ${address}`,
    why: why.length === 0 ? [`svn ended with code ${code} and said nothing`] : why,
  }
  const has = (...numbers: string[]) => numbers.some((number) => stderr.includes(number))
  // E215004: nobody there to ask for a password; E170001: the one given is wrong, or may not read this
  if (has('E215004', 'E170001')) {
    const given = login?.password !== undefined
    const what = given
      ? 'the repository does not take this name and password'
      : 'the repository wants a name and a password'
    const next = given
      ? 'look at user and password of the source'
      : 'source: { …, user: NAME, password: !secret SVN_PASSWORD }'
    return new VenvoyError({ kind: 'unreachable', ...failure, what, next })
  }
  if (has('E230001'))
    return new VenvoyError({
      ...{ kind: 'unreachable', ...failure, what: 'the certificate of the repository is not trusted' },
      next: `svn info ${address}   (and accept it for good)`,
    })
  if (has('E160006')) return new VenvoyError({ kind: 'config', ...failure, what: 'there is no such revision' })
  if (has('E160013', 'W170000', 'E200009', 'E170000'))
    return new VenvoyError({
      kind: 'config',
      ...failure,
      what: 'there is nothing at this URL',
      next: `svn ls ${address}`,
    })
  return new VenvoyError({
    kind: 'unreachable',
    ...failure,
    what: 'the repository cannot be read',
    next: `svn info ${address}`,
  })
}
