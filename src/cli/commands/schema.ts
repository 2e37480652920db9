import { jsonSchema } from '../../config/schema.js'
import type { World } from '../world.js'

/** `venvoy schema`: for editors, JSON Schema draft 7. */
export async function schema(world: World): Promise<number> {
  world.stdout.write(`${JSON.stringify(jsonSchema(), null, 2)}\n`)
  return 0
}
