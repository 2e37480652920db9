import { readFile } from 'node:fs/promises'
import { templateOf } from '../config/content.js'
import type { TemplateFile, UploadWork } from '../config/file-work.js'
import { VenvoyError } from '../errors.js'
import type { FileStep, Step, TaskStep } from '../operations/step.js'
import type { UploadFiles } from '../operations/upload-files.js'
import { digestsAt, downloadRoot } from './download-root.js'
import { localPath } from './git-remote.js'
import { once } from './once.js'
import { readUpload } from './read-upload.js'

/** What steps take from this machine: read once, however many targets want it. */
export class Sources {
  readonly #textAt = once(textOf, (place) => place)
  readonly #upload: (work: UploadWork, folder: string) => Promise<UploadFiles>

  constructor(onNote: (text: string) => void) {
    this.#upload = once(
      (work, folder) => readUpload(work, folder, onNote),
      ({ from, into, exclude, delete: isMirror }, folder) => JSON.stringify([folder, from, into, exclude, isMirror]),
    )
  }

  /** The same steps with what they send and put. Throws a VenvoyError for what is not there or cannot be filled in. */
  async read<S extends Step | TaskStep>(steps: readonly S[]): Promise<S[]> {
    return Promise.all(
      steps.map(async (step) => (step.kind === 'file' ? { ...step, ...(await this.#of(step)) } : step)),
    )
  }

  async #of({ work, folder }: FileStep): Promise<Partial<FileStep>> {
    if (work.kind === 'upload') return { upload: await this.#upload(work, folder) }
    if (work.kind === 'download') {
      const root = downloadRoot(work, folder)
      return { root, have: await digestsAt(root, work) }
    }
    if (work.kind !== 'template' || !('from' in work.text)) return {}
    return { work: { ...work, text: await this.template(work.text, folder) } }
  }

  /** The text of a template, filled in. Throws as `read` does. */
  async template({ from, names }: TemplateFile, folder: string) {
    const place = localPath(from, folder)
    return templateOf(await this.#textAt(place, from), from, names)
  }
}

async function textOf(place: string, shown: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(place))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const what =
      error instanceof TypeError ? 'is not UTF-8 text' : code === 'ENOENT' ? 'there is no such file' : message
    throw new VenvoyError({ kind: 'config', where: `template ${shown}`, what, why: [`looked at ${place}`] })
  }
}
