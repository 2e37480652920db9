import type { LoginFacts } from './facts.js'
import type { Records } from './records.js'

/** What a login bash reads and has. */
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
