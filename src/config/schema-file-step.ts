import * as z from 'zod'
import { flag, text, texts } from './values.js'

const mode = z
  .string('should be a mode in quotes: "644"')
  .regex(/^(0?[0-7]{3,4}|.*\{\{.*)$/, 'not a mode: three or four digits from 0 to 7')
  .optional()
  .describe(
    'The mode, in quotes: `"644"`. Default: as it is; for new files `"644"`, or `"755"` for what can be executed.',
  )
const owner = text
  .optional()
  .describe('Whom it belongs to: `www-data`, or `www-data:www-data`. It is done as root then. Default: as it is.')
const exclude = texts
  .optional()
  .describe('What of a folder is left out: `*.map` by its name, `build/*.o` by its path in the folder. One, or a list.')
const create = flag.optional().describe('Whether the file is made if it is not there. Default: `false`.')
const gone = (what: string) => flag.optional().describe(`Whether ${what} is to be gone instead. Default: \`false\`.`)

const upload = z
  .strictObject({
    from: texts.describe('A file, a folder or a glob here, relative to this file. One, or a list.'),
    to: text.describe('That very path on the host; with several sources, or a `/` at its end, that folder.'),
    exclude,
    mode,
    owner,
    delete: flag
      .optional()
      .describe(
        'Whether what is in the folder there, and not here, is removed; not what is excluded. Default: `false`.',
      ),
  })
  .meta({ id: 'upload', description: 'Files from here, put on the host; only contents that differ are sent.' })

const download = z
  .strictObject({
    from: text.describe('A file, a folder or a glob on the host.'),
    to: text.describe('That very path here, relative to this file; with a glob, or a `/` at its end, that folder.'),
    exclude,
  })
  .meta({ id: 'download', description: 'Files of the host, fetched; only contents that differ are sent.' })

const template = z
  .strictObject({
    from: text.optional().describe('A file here, relative to this file, with `{{ }}` in it.'),
    text: z.string().optional().describe('The text itself, instead of `from`.'),
    to: text.describe('Its path on the host.'),
    mode,
    owner,
  })
  .refine((given) => (given.from === undefined) !== (given.text === undefined), 'needs exactly one of from and text')
  .meta({ id: 'template', description: 'A text with values put in, as a file on the host.' })

/** The same in a release: its path is in the tree, and nobody else owns it. */
export const releaseTemplate = z
  .strictObject({
    from: text.optional().describe('A file here, relative to this file, with `{{ }}` in it.'),
    text: z.string().optional().describe('The text itself, instead of `from`.'),
    to: text.describe('Its path in the release.'),
    mode: mode.describe('The mode, in quotes. Default: `"644"`, or `"600"` where a secret is in it.'),
  })
  .refine((given) => (given.from === undefined) !== (given.text === undefined), 'needs exactly one of from and text')
  .meta({ id: 'release_template', description: 'A text with values put in, as a file of each release.' })

const line = z
  .strictObject({
    in: text.describe('The file on the host.'),
    line: text.optional().describe('The whole line, as it should be there once.'),
    match: text
      .optional()
      .describe('Plain text: the one line that holds it is replaced. Default: the line is appended.'),
    create,
    absent: gone('the line, or each that holds `match`,'),
  })
  .meta({ id: 'line', description: 'A line in a file of the host.' })

const block = z
  .strictObject({
    in: text.describe('The file on the host.'),
    block: z.string().optional().describe('The lines.'),
    name: text.describe('Tells it from other blocks in the file; it stands in the comments around it.'),
    comment: text.optional().describe('What begins a comment in that file. Default: `#`.'),
    create,
    absent: gone('the block'),
  })
  .meta({ id: 'block', description: 'Lines in a file of the host, between two comments.' })

const link = z
  .strictObject({
    to: text.describe('What it leads to; if it is relative, from the folder of the link.'),
    at: text.describe('Its path on the host.'),
  })
  .meta({ id: 'link', description: 'A symbolic link on the host.' })

const directory = z
  .strictObject({ path: text.describe('Its path on the host.'), mode, owner })
  .meta({ id: 'directory', description: 'A folder on the host, with those that it is in.' })

/** The kinds of steps that say what should be on the disk of a host. */
export const fileSteps = {
  upload: upload.optional().describe('Put files from here on the host.'),
  download: download.optional().describe('Fetch files of the host.'),
  template: template.optional().describe('Put a text on the host, with values in it.'),
  line: line.optional().describe('A line that should be in a file, or not.'),
  block: block.optional().describe('Lines that should be in a file, or not.'),
  link: link.optional().describe('A symbolic link that should be there.'),
  directory: z.union([text, directory]).optional().describe('A folder that should be there: its path, or a map.'),
  absent: text.optional().describe('A file, a link, or a folder with all in it that should not be there.'),
}

const shapes = { upload, download, template, line, block, link, directory }

export type FileKind = keyof typeof fileSteps
export type FileStepInput = { [K in FileKind]?: z.input<(typeof fileSteps)[K]> | undefined }

export const fileKinds = Object.keys(fileSteps) as readonly FileKind[]

/** The keys that the map of a kind may have; none for what is no such kind. */
export const fileKeysOf = (kind: unknown): readonly string[] | undefined =>
  Object.hasOwn(shapes, String(kind)) ? Object.keys(shapes[kind as keyof typeof shapes].shape) : undefined
