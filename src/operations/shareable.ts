import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import { placeOf } from './state.js'
import type { Tree } from './tree.js'

/** Throws where the tree has something of another kind in the place of what is to be shared, or on the way there. */
export function assertShareable(spec: InstanceSpec, tree: Tree): void {
  const kinds = new Map<string, string>()
  for (const { path, kind } of tree.entries) {
    for (const folder of foldersAbove(path)) kinds.set(folder, 'folder')
    kinds.set(path, kind)
  }
  for (const shared of spec.shared) {
    const path = shared.replace(/\/$/, '')
    const wanted = path === shared ? 'file' : 'folder'
    const found = kinds.get(path) ?? wanted
    if (found !== wanted) throw misfit(spec, tree, path, `${shared} is to be shared as a ${wanted}`, found)
    const above = foldersAbove(path).find((folder) => (kinds.get(folder) ?? 'folder') !== 'folder')
    if (above !== undefined) throw misfit(spec, tree, above, `${shared} cannot be in it`, kinds.get(above)!)
  }
}

/** `a/b/c` → `a`, `a/b`. */
const foldersAbove = (path: string): string[] => {
  const parts = path.split('/')
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'))
}

const misfit = (spec: InstanceSpec, { revision }: Tree, path: string, why: string, kind: string): VenvoyError =>
  new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `${path} of ${revision} is a ${kind}`,
    why: [why],
    next: 'set deploy.shared to what the tree has (a folder ends in /), or take it out of the tree',
  })
