import type { Content, TemplateFile } from './file-work.js'

/** A text that is a file of each release. */
export interface TemplateSpec {
  /** In the tree. */
  readonly path: string
  /** What it holds, once the file here has been read. */
  readonly text: Content | TemplateFile
  readonly mode?: string
}
