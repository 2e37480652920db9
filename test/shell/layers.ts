import { secret, shell } from '../../src/shell/command.js'
import {
  as,
  type Context,
  emptyContext,
  inShell,
  prefix,
  type ShellKind,
  withEnv,
  within,
  withPath,
  wrap,
} from '../../src/shell/context.js'

export const token = secret('TOKEN', `t'k`)
export const library = (name: string) => `# the functions of ${name}`
export const texts = (context: Context, command = shell('uptime')) => {
  const script = wrap(command, context, library)
  return { shell: script.text('shell'), log: script.text('log') }
}
export const lines = (...all: string[]) => all.join('\n')

// The layers of a context, outermost first, as the file and the blocks of a task nest them.
export const nested = (...layers: readonly ((context: Context) => Context)[]) =>
  layers.reduce((context, layer) => layer(context), emptyContext)
export const env = (names: Parameters<typeof withEnv>[1]) => (context: Context) => withEnv(context, names)
export const folders =
  (...list: string[]) =>
  (context: Context) =>
    withPath(context, ...list)
export const prefixed = (text: string) => (context: Context) => prefix(context, shell(text))
export const cd = (folder: string) => (context: Context) => within(context, folder)
export const user = (name: string) => (context: Context) => as(context, name)
export const kind = (name: ShellKind) => (context: Context) => inShell(context, name)

export const rest = `"\${PATH:+:$PATH}"`

export const sudo = (name: string, sh = 'sh') =>
  lines(
    `exec sudo -n -H -u '${name}' -- ${sh} -c 'eval "exec </dev/null;$(cat)"' sh "$HOME" <<'VENVOY'`,
    'venvoy_home=$1; shift',
  )
export const bash = `exec bash -c 'eval "exec </dev/null;$(cat)"' <<'VENVOY'`
