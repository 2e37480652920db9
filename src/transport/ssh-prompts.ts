import type { SshQuestion } from './askpass.js'
import { hostKeyQuestion } from './host-key-errors.js'
import type { Route } from './route.js'
import type { SshLog } from './ssh-log.js'
import type { Ask } from './transport.js'

/** The questions of all ssh processes of a run, put to one person: a passphrase, a PIN and a host key are asked for once. */
export interface SshPrompts {
  /** Who answers the process that logs in to a host. */
  of(route: Route, log: SshLog): (question: SshQuestion) => Promise<string | undefined>
}

export function createSshPrompts(ask: Ask, note: (text: string, host: string) => void): SshPrompts {
  const shared = new Map<string, Promise<string>>()
  const once = (key: string, make: () => Promise<string>) => {
    const known = shared.get(key) ?? make()
    shared.set(key, known)
    return known
  }
  return {
    of(route, log) {
      const given = new Map<string, Promise<string>>()
      return async ({ prompt, kind }) => {
        if (kind === 'none') {
          note(prompt, route.label)
          return ''
        }
        if (isHostKeyQuestion(prompt) && log.hostKey !== undefined) {
          const question = hostKeyQuestion(route.keyed, log.hostKey)
          return once(question, async () => ((await ask.confirm(question)) ? 'yes' : 'no'))
        }
        if (kind === 'confirm') return (await ask.confirm(prompt)) ? 'yes' : 'no'
        const introduction = log.introduction.splice(0)
        if (!isOfKey(prompt)) return ask.secret([...introduction, prompt].join('\n'))
        // Asked again by the same process, it was wrong; another one may have asked anew meanwhile.
        const isAgain = given.has(prompt)
        if (isAgain && given.get(prompt) === shared.get(prompt)) shared.delete(prompt)
        const answer = once(prompt, () => ask.secret(`${isAgain ? 'That was wrong. ' : ''}${passphraseFor(prompt)}`))
        given.set(prompt, answer)
        return answer
      }
    },
  }
}

// Are you sure you want to continue connecting (yes/no/[fingerprint])?
const isHostKeyQuestion = (prompt: string) => /continue connecting \(yes\/no/.test(prompt)

// Enter passphrase for key '/home/me/.ssh/id':    Enter PIN for ED25519-SK key /home/me/.ssh/id_sk:
const isOfKey = (prompt: string) => /^Enter (passphrase|PIN) for /.test(prompt)

// As we ask for it ourselves.
const passphraseFor = (prompt: string) => prompt.replace(/^Enter passphrase for (?:key )?'(.*)':/, 'Passphrase for $1:')
