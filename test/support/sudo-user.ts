import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quote } from '../../src/shell/quote.js'
import { connectLocal } from '../../src/transport/local.js'
import type { Connection } from '../../src/transport/transport.js'
import { programPath, type StepShell, systemPath } from './hosts.js'
import { until } from './processes.js'

/** Making users takes root, and becoming another one takes sudo. */
export const canMakeUsers = (): boolean => process.getuid?.() === 0

/** A user of this machine with a password, whose sudo a test decides about. */
export interface SudoUser {
  readonly name: string
  readonly home: string
  readonly password: string
  /** What sudoers says from now on; `USER` is the name. Checked by visudo before it counts. */
  allow(rules: string): void
  /** A shell of this user on this machine. */
  connection(env?: Readonly<Record<string, string>>, sh?: StepShell): Connection
  /** Gives the user folders of the test's. */
  own(...folders: readonly string[]): void
  remove(): Promise<void>
}

/** Throws where it cannot be made. */
export function sudoUser(): SudoUser {
  const name = `venvoy-${randomBytes(4).toString('hex')}`
  const password = `pw-${randomBytes(8).toString('hex')} '"$x`
  const home = `/tmp/${name}`
  const file = `/etc/sudoers.d/${name}`
  execFileSync('useradd', ['--create-home', '--home-dir', home, '--shell', '/bin/sh', name])
  execFileSync('chpasswd', { input: `${name}:${password}\n` })
  return {
    ...{ name, home, password },
    allow(rules) {
      const text = `${rules.replaceAll('USER', name)}\n`
      execFileSync('visudo', ['-c', '-f', '-'], { input: text, stdio: ['pipe', 'ignore', 'pipe'] })
      writeFileSync(file, text, { mode: 0o440 })
    },
    connection(env = {}, sh = 'dash') {
      const bin = join(home, sh)
      mkdirSync(bin, { recursive: true })
      rmSync(join(bin, 'sh'), { force: true })
      symlinkSync(programPath(sh), join(bin, 'sh'))
      const local = connectLocal({ env: { PATH: `${bin}:${systemPath}`, HOME: home, ...env }, cwd: home })
      const as = `exec setpriv --reuid=${name} --regid=${name} --init-groups sh -c`
      return { ...local, open: (command, input, onOutput) => local.open(`${as} ${quote(command)}`, input, onOutput) }
    },
    own: (...folders) => void execFileSync('chown', ['-R', `${name}:`, ...folders]),
    async remove() {
      rmSync(file, { force: true })
      // Its runners leave by themselves, a moment after their channels.
      const count = () => execFileSync('sh', ['-c', `pgrep -u ${name} || :`], { encoding: 'utf8' })
      await until(`the processes of ${name} have ended`, () => count() === '')
      execFileSync('userdel', ['--remove', name], { stdio: 'ignore' })
    },
  }
}
