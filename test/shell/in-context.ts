import { library } from '../../src/remote/library.js'
import { type Command, shell } from '../../src/shell/command.js'
import { type Context, wrap } from '../../src/shell/context.js'

/** The text that travels for a command in its context. */
export const inContext = (context: Context, command: string | Command): string =>
  wrap(typeof command === 'string' ? shell(command) : command, context, library).text('shell')
