import type { HostSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { Run } from '../run/run.js'
import { type Secret, secret } from '../shell/command.js'
import type { Ask } from '../transport/transport.js'

/** How often a person may mistype it, in one run: more attempts lock accounts. */
const mostQuestions = 3

interface Sources {
  /** The person, if there is one. */
  readonly ask?: Ask['secret'] | undefined
  /** Hears of what the person has typed. */
  onTyped?(password: Secret): void
}

/** What sudo is told: what the file says for a host; otherwise the person is asked, once for all hosts of the run. */
export function sudoPasswords({ ask, onTyped }: Sources) {
  let asked: Promise<Secret> | undefined
  let questions = 0
  const question = (prompt: string): Promise<Secret> => {
    questions += 1
    asked = ask!(prompt).then((value) => {
      const typed = secret('sudo password', value)
      onTyped?.(typed)
      return typed
    })
    return asked
  }
  const of: NonNullable<Run['sudoPassword']> = async (host, refused) => {
    if (host.sudoPassword !== undefined) return fromFile(host, host.sudoPassword, refused)
    if (ask === undefined) return undefined
    const before = asked
    // What another host has been refused, this one need not try.
    const isNew = before !== undefined && (await before) !== refused
    if (before !== undefined && (isNew || asked !== before)) return asked
    if (questions === mostQuestions) return undefined
    const again = refused === undefined ? '' : 'that was refused; '
    return question(`${again}sudo password for ${loginOf(host)} (asked once, for all hosts of this run): `)
  }
  return {
    of,
    /** Asks before the run begins. */
    async now(): Promise<void> {
      if (ask === undefined)
        throw new VenvoyError({
          kind: 'config',
          what: '--ask-sudo-password: there is no terminal to ask at',
          next: '`sudo_password: !secret NAME` in deploy.yml, and NAME=… venvoy …',
        })
      await question('sudo password (for the hosts of this run that ask for one): ')
    },
  }
}

function fromFile(host: HostSpec, password: Secret, refused: Secret | undefined): Secret | undefined {
  if (refused !== undefined) return undefined
  if (password.value !== '') return password
  throw new VenvoyError({
    kind: 'command',
    where: host.name,
    what: `sudo asks for a password, and the env variable ${password.name} is not set`,
    next: `set it here, as in ${password.name}=… venvoy …`,
  })
}

const loginOf = ({ name, user }: HostSpec): string =>
  user === undefined || name.includes('@') ? name : `${user}@${name}`
