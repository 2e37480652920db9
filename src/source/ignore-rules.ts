import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ignore, { type Ignore } from 'ignore'

/** Names that no deploy wants, wherever they are. What git tracks is shipped all the same: someone meant it. */
const unwanted = ignore().add([
  '.git',
  '.hg',
  '.svn',
  '__pycache__',
  '*.pyc',
  '.venv',
  'node_modules',
  'deploy.local.yml',
])

/** Whether a path, relative to the source folder, is among the names that no deploy wants. */
export const isUnwanted = (path: string): boolean => unwanted.ignores(path)

/** The user's own choice: `.venvoyignore` at the top of the source folder, and `ignore:` of deploy.yml after it. */
export async function ownRules(folder: string, patterns: readonly string[]): Promise<Ignore> {
  return ignore()
    .add(await textOf(join(folder, '.venvoyignore')))
    .add([...patterns])
}

/** The rules of one `.gitignore`, for paths relative to its folder; undefined where there is none. */
export async function gitRules(folder: string): Promise<Ignore | undefined> {
  const text = await textOf(join(folder, '.gitignore'))
  return text === '' ? undefined : ignore().add(text)
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
