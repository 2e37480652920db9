import type { WrapperScript } from '../facts/login-facts.js'
import { path, renderWord } from '../shell/command.js'
import { quote } from '../shell/quote.js'

/** The folders that a login shell is to know; they may begin with `~/`. */
interface Homes {
  readonly home: string
  readonly projectHome?: string
}

/**
 * The lines that give a login shell `workon` with the venvs of a folder, for `.profile` and its like. Other shells than bash and
 * zsh read `.profile` too, and could not read virtualenvwrapper.
 */
export function loginBlock({ home, projectHome }: Homes, script: WrapperScript): string {
  const { python, programs } = script
  const folder = (text: string) => renderWord(path(text), 'shell')
  return [
    `export WORKON_HOME=${folder(home)}`,
    ...(projectHome === undefined ? [] : [`export PROJECT_HOME=${folder(projectHome)}`]),
    ...(python === undefined ? [] : [`export VIRTUALENVWRAPPER_PYTHON=${quote(python)}`]),
    ...(programs === undefined ? [] : programsOf(programs)),
    `if [ -n "\${BASH_VERSION:-}\${ZSH_VERSION:-}" ] && [ -r ${quote(script.path)} ]; then`,
    `  . ${quote(script.path)}`,
    'fi',
  ].join('\n')
}

/** They need not be on PATH. */
const programsOf = (folder: string): string[] => [
  `export VIRTUALENVWRAPPER_VIRTUALENV=${quote(`${folder}/virtualenv`)}`,
  `export VIRTUALENVWRAPPER_VIRTUALENV_CLONE=${quote(`${folder}/virtualenv-clone`)}`,
]
