import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A text of the repository. */
export interface ProjectFile {
  /** From the top of the repository: `src/shell/quote.ts`. */
  readonly path: string
  readonly text: string
}

const top = fileURLToPath(new URL('../..', import.meta.url))
const passedOver = new Set(['node_modules', 'dist', '.git', '__pycache__'])

/** The texts of folders or files of the repository, by what their names end in; what is not there has none. */
export function projectFiles(places: readonly string[], endings: readonly string[]): ProjectFile[] {
  return places
    .flatMap((place) => below(join(top, place)))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => ({ path: relative(top, path), text: readFileSync(path, 'utf8') }))
}

function below(path: string): string[] {
  const entries = (() => {
    try {
      return readdirSync(path, { withFileTypes: true })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      return code === 'ENOTDIR' ? undefined : []
    }
  })()
  if (entries === undefined) return [path]
  return entries
    .filter(({ name }) => !passedOver.has(name))
    .flatMap((entry) => (entry.isDirectory() ? below(join(path, entry.name)) : [join(path, entry.name)]))
}

/** Where something stands: `src/shell/quote.ts:12`. */
export function placeOf({ path, text }: ProjectFile, index: number): string {
  return `${path}:${text.slice(0, index).split('\n').length}`
}
