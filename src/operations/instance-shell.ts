import type { InstanceSpec } from '../config/spec.js'
import { enter, type Library } from '../shell/context.js'
import { handOver } from '../shell/switch-shell.js'
import { instanceContext } from './context.js'

/**
 * The script that becomes a shell for a person, in the context of an instance: bash, and sh where there is none. It reads the
 * start-up files of a login first, so that nothing of theirs overrides what the instance says, and the prompt shows the venv.
 */
export function instanceShell(spec: InstanceSpec, library: (name: Library) => string): string {
  const entered = enter(instanceContext(spec), library)
  // virtualenvwrapper's own `workon`, which runs where hooks are asked for, has changed the prompt itself.
  const prompt = spec.venv.hooks ? [] : [promptWithVenv]
  const bash = ['exec 9<&-', ...startUpFiles, keepWorkon, entered, restoreWorkon, ...prompt].join('\n')
  const sh = ['unset ENV', ...startUpFiles.slice(0, 1), '[ ! -r ~/.profile ] || . ~/.profile', entered, ...prompt].join(
    '\n',
  )
  return [
    'if command -v bash >/dev/null; then',
    handOver('bash --rcfile /dev/fd/9 -i', bash, 9),
    'fi',
    handOver('env ENV=/dev/fd/9 sh -i', sh, 9),
  ].join('\n')
}

/** What a login reads; as non-login shell of a terminal bash would read only .bashrc. */
const startUpFiles = [
  '[ ! -r /etc/profile ] || . /etc/profile',
  'for venvoy_file in ~/.bash_profile ~/.bash_login ~/.profile; do',
  'if [ -r "$venvoy_file" ]; then . "$venvoy_file"; break; fi',
  'done; unset venvoy_file',
]

/** Whoever works here may have virtualenvwrapper, and keeps its `workon`. */
const keepWorkon = 'venvoy_workon=$(declare -f workon)'
const restoreWorkon = '[ -z "$venvoy_workon" ] || eval "$venvoy_workon"; unset venvoy_workon'

/** Read anew for each prompt: after `deactivate` it shows none. */
const promptWithVenv = `PS1="\\\${VIRTUAL_ENV_PROMPT:+(\\$VIRTUAL_ENV_PROMPT) }$PS1"`
