import type { SourceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { Tree } from '../operations/tree.js'
import { archiveTree } from './archive-tree.js'
import { gitTree } from './git-tree.js'
import { pathTree } from './path-tree.js'
import type { SourceOptions } from './source-options.js'
import { svnTree } from './svn-tree.js'

/**
 * Resolves a source on the control side, once per run: what comes back is the same for all hosts, and its contents are
 * read when they are asked for. Every failure is a VenvoyError.
 */
export async function openSource(spec: SourceSpec, options: SourceOptions): Promise<Tree> {
  if (spec.kind === 'git') return gitTree(spec, options)
  if (spec.kind === 'svn') return svnTree(spec, options)
  if (options.ref !== undefined)
    throw spec.kind === 'path' ? refOfFolder(spec.path, options.ref) : refOfArchive(spec, options.ref)
  if (spec.kind === 'archive') return archiveTree(spec, options)
  return pathTree(spec, options)
}

const refOfFolder = (path: string, ref: string) =>
  new VenvoyError({
    kind: 'config',
    where: `source ${path}`,
    what: `a folder has no revision ${ref} to choose`,
    next: `leave out --ref, or say \`source: { git: ${path}, ref: ${ref} }\``,
  })

const refOfArchive = ({ archive }: { readonly archive: string }, ref: string) =>
  new VenvoyError({
    kind: 'config',
    where: `source ${archive}`,
    what: `an archive has no revision ${ref} to choose`,
    next: 'leave out --ref',
  })
