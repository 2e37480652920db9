import { VenvoyError } from '../errors.js'
import type { Options } from './options.js'
import type { World } from './world.js'

/** Asks before what is not easily undone; `--yes` answers, and a dry run needs no answer. Throws for a no. */
export async function confirmed(world: World, { yes, dryRun }: Options, question: string): Promise<void> {
  if (yes || dryRun || (await world.ask?.confirm(question))) return
  throw new VenvoyError({ kind: 'config', what: `not confirmed: ${question}`, next: 'add --yes' })
}
