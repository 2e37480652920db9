import { wantsColor } from '../../render/color.js'
import { runDemo } from '../demo.js'
import type { World } from '../world.js'

/** `venvoy demo`. */
export async function demo({ stdout, stdoutIsTerminal, env, columns }: World): Promise<number> {
  return runDemo({
    out: (text) => stdout.write(text),
    isTerminal: stdoutIsTerminal,
    color: wantsColor(env, stdoutIsTerminal),
    columns: columns() || 80,
  })
}
