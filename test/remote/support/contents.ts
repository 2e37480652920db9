import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from './place.js'

/** Every file and link below a folder, as a manifest has it: path, mode, SHA-256, or path, `link`, target. */
export function contents(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix)).flatMap((name) => {
    const path = `${prefix}${name}`
    const found = lstatSync(join(folder, path))
    if (found.isDirectory()) return contents(folder, `${path}/`)
    if (found.isSymbolicLink()) return [JSON.stringify([path, 'link', readlinkSync(join(folder, path))])]
    const mode = (found.mode & 0o777).toString(8)
    return [JSON.stringify([path, mode, sha256(readFileSync(join(folder, path)))])]
  })
}
