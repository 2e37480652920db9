import type { Secret } from '../shell/command.js'
import type { Scalar } from './scalar.js'

/** Text that is put into a file; only there may secrets stand in it. */
export type Content = readonly (string | Secret)[]

/** What a template's `{{ }}` may name: what commands know, and `env.NAME`. */
export type ContentNames = ReadonlyMap<string, Scalar | Secret>

/** `644`, and `www-data:www-data`. */
interface Owned {
  readonly mode?: string
  /** Setting it is root's to do. */
  readonly owner?: string
}

/** In a file that is otherwise somebody else's. */
interface InFile {
  readonly path: string
  /** Whether the file is made where it is missing. */
  readonly create: boolean
  readonly absent: boolean
}

/** What should be on the host; a relative `path` continues the folder of the context. */
export type FileWork =
  | ({ readonly kind: 'line'; readonly line?: Content; readonly match?: string } & InFile)
  | ({ readonly kind: 'block'; readonly block: Content; readonly name: string; readonly comment: string } & InFile)
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | ({ readonly kind: 'directory'; readonly path: string } & Owned)
  | { readonly kind: 'absent'; readonly path: string }
  | ({ readonly kind: 'template'; readonly path: string; readonly text: Content | TemplateFile } & Owned)
  | UploadWork
  | DownloadWork

/** A file on this machine, to be filled in when it is read. */
export interface TemplateFile {
  readonly from: string
  readonly names: ContentNames
}

export interface UploadWork extends Owned {
  readonly kind: 'upload'
  /** Files, folders and globs on this machine. */
  readonly from: readonly string[]
  readonly path: string
  /** Into that folder, not to that very path. */
  readonly into: boolean
  readonly exclude: readonly string[]
  readonly delete: boolean
}

export interface DownloadWork {
  readonly kind: 'download'
  /** A file, a folder or a glob on the host. */
  readonly path: string
  /** On this machine: a path, or a folder if it ends in `/`. */
  readonly to: string
  readonly exclude: readonly string[]
}
