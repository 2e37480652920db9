import * as z from 'zod'
import { text } from './values.js'

/** A program that leads into an instance. */
export const wrapper = z
  .strictObject({
    to: text.describe('Its path on the host: `~/bin/blog`; a name alone is in `bin` of the instance.'),
    run: text
      .optional()
      .describe('The command that it is, in the code, the venv and the env of the release that serves.'),
    script: text
      .optional()
      .describe('A Python script of the tree instead, with the interpreter of that venv in its bang line.'),
  })
  .refine((given) => (given.run === undefined) !== (given.script === undefined), 'needs exactly one of run and script')
  .meta({ id: 'wrapper', description: 'A program on the host that leads into the instance.' })
