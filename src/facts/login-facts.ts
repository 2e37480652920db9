import type { Records } from './records.js'

/** What a login bash reads and has. */
export interface LoginFacts {
  /** The start-up file that it reads; where there is none yet, the one that it would. Absolute. */
  readonly file: string
  /** What `venvoy setup` wrote, by file, without the lines around it. */
  readonly blocks: Readonly<Record<string, string>>
  readonly hasWorkon: boolean
  /** WORKON_HOME and PROJECT_HOME, where they are set. */
  readonly workonHome?: string
  readonly projectHome?: string
  readonly wrapper?: WrapperScript
}

/** Where virtualenvwrapper is. */
export interface WrapperScript {
  /** What a shell reads. */
  readonly path: string
  /** The Python that has its module, where one was found. */
  readonly python?: string
  /** The folder with virtualenv, where it came along with the script. */
  readonly programs?: string
}

/** Reads that from the probe's answer. */
export function readLogin(records: Records): LoginFacts {
  const [file = ''] = records('login-file')[0] ?? []
  const [has, workonHome = '', projectHome = ''] = records('login')[0] ?? []
  const [path, python = '', programs = ''] = records('wrapper')[0] ?? []
  return {
    file,
    blocks: readBlocks(records),
    hasWorkon: has === 'yes',
    ...(workonHome !== '' && { workonHome }),
    ...(projectHome !== '' && { projectHome }),
    ...(path !== undefined && {
      wrapper: { path, ...(python !== '' && { python }), ...(programs !== '' && { programs }) },
    }),
  }
}

/** A file's lines between the one that begins its block and the one that ends it. */
function readBlocks(records: Records): Record<string, string> {
  const blocks: Record<string, string[]> = {}
  for (const [file = '', line = ''] of records('block')) blocks[file] = [...(blocks[file] ?? []), line]
  return Object.fromEntries(
    Object.entries(blocks).map(([file, lines]) => {
      const inside = lines.filter((line) => !/^# (>>>|<<<) venvoy setup/.test(line))
      return [file, inside.join('\n')]
    }),
  )
}
