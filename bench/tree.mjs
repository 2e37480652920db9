import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const treeFiles = 5000
const folders = 100

/** 5,000 files of 200 bytes to 8 KB in 100 folders, 20 MB in all; another `seed` gives the same files with other contents. */
export function writeTree(folder, seed = 0) {
  for (let i = 0; i < treeFiles; i++) {
    const place = join(folder, `part${i % folders}`)
    if (i < folders) mkdirSync(place, { recursive: true })
    writeFileSync(join(place, `file${i}.txt`), textOf(i, seed))
  }
}

/** Text that does not shrink to nothing when it is packed. */
function textOf(number, seed) {
  const length = 200 + ((number * 7919) % 7800)
  const words = []
  for (let value = number * 31 + seed + 1, size = 0; size < length; ) {
    value = (value * 1103515245 + 12345) % 2147483648
    const word = value.toString(36)
    words.push(word)
    size += word.length + 1
  }
  return `${words.join(' ').slice(0, length - 1)}\n`
}
