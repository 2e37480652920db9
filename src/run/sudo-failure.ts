import type { Failure } from '../errors.js'
import { sudoUserOf } from '../operations/step.js'
import type { SudoTrouble } from '../transport/program.js'
import type { Section } from './compile.js'
import { nameOf } from './run.js'
import type { FailedStep } from './step-watch.js'

/** Why a step that wants another user was not begun, and what can be done about it. */
export function sudoFailure(section: Section, { placed, lastWords }: FailedStep, trouble: SudoTrouble): Failure {
  const { step } = placed
  const user = sudoUserOf(step) ?? 'root'
  const { what, next } = sentences(section.host, user, trouble)
  // That sudo wants a password is all that it says then.
  const why = trouble.kind === 'password' ? [] : lastWords
  return { kind: 'command', where: nameOf(section), what: `${step.title}: ${what}`, why, next }
}

function sentences(host: string, user: string, { kind, lines }: SudoTrouble): { what: string; next: string } {
  switch (kind) {
    case 'password':
      return {
        what: `sudo asks for a password on ${host}`,
        next: '--ask-sudo-password, or `sudo_password: !secret NAME` in deploy.yml',
      }
    case 'refused':
      return {
        what: `sudo refused the password on ${host}`,
        next: `the password of the user who logs in, as in: ssh -t ${host} sudo -k -u ${user} true`,
      }
    case 'denied':
      return {
        what: `sudo does not let us be ${user} on ${host}`,
        next: lines.some((line) => /\btty\b/.test(line))
          ? 'sudo visudo there, and: Defaults !requiretty'
          : `sudo visudo there, and, for the user who logs in: LOGIN ALL=(${user}) ALL`,
      }
  }
}
