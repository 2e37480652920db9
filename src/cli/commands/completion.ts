import bash from '../completion/venvoy.bash'
import fish from '../completion/venvoy.fish'
import zsh from '../completion/venvoy.zsh'
import type { World } from '../world.js'

const scripts = { bash, zsh, fish }

/** The shells that `venvoy completion` has a script for. */
export type CompletedShell = keyof typeof scripts

/** `venvoy completion SHELL`: the script, for the shell to read. It is the same for everyone. */
export async function completion({ stdout }: World, shell: CompletedShell): Promise<number> {
  stdout.write(scripts[shell])
  return 0
}
