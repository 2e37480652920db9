import type { Records } from './records.js'

/** The lines of instances in a user's crontab, by the instances' folders. */
export type CrontabFacts = Readonly<Record<string, readonly string[]>>

// '# venvoy begin /home/ann/apps/blog'
const begin = '# venvoy begin '

/** What the probe told; nothing where the host has no crontab. */
export function readCrontab(records: Records): CrontabFacts | undefined {
  if (records('crontab').length === 0) return undefined
  const blocks: Record<string, string[]> = {}
  let block: string[] = []
  for (const [line = ''] of records('scheduled'))
    if (line.startsWith(begin)) {
      block = []
      blocks[line.slice(begin.length)] = block
    } else if (!line.startsWith('# venvoy end ')) block.push(line)
  return blocks
}
