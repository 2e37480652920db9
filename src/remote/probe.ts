import crontab from './probe/crontab.sh'
import entry from './probe/entry.sh'
import fact from './probe/fact.sh'
import free from './probe/free.sh'
import instance from './probe/instance.sh'
import interpreter from './probe/interpreter.py'
import interpreters from './probe/interpreters.sh'
import journal from './probe/journal.sh'
import locks from './probe/locks.sh'
import login from './probe/login.sh'
import machine from './probe/machine.sh'
import made from './probe/made.sh'
import ports from './probe/ports.sh'
import program from './probe/program.sh'
import salt from './probe/salt.sh'
import services from './probe/services.sh'
import sudo from './probe/sudo.sh'
import system from './probe/system.sh'
import uv from './probe/uv.sh'
import venvs from './probe/venvs.sh'
import wrappers from './probe/wrappers.sh'

const parts = {
  crontab,
  ...{ entry, fact, free, instance, interpreter, interpreters, journal, locks, login, machine, made, program },
  ...{ ports, salt, services, sudo, system, uv, venvs, wrappers },
}

/** The text of a part of the probe. It travels on a command line, so comments stay here, and a shell's indentation too. */
export function probePart(name: keyof typeof parts): string {
  // A whole line of comment: `  # why\n`
  const text = parts[name].replace(/^[ \t]*#.*\n/gm, '').replace(/^\n/gm, '')
  return (name === 'interpreter' ? text : text.replace(/^[ \t]+/gm, '')).trimEnd()
}
