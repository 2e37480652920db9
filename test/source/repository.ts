import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, vi } from 'vitest'
import { VenvoyError } from '../../src/errors.js'
import type { Tree } from '../../src/operations/tree.js'

/** Files by path: a text, or what else it is. */
type Files = Readonly<Record<string, string | Uint8Array | { link: string } | { script: string }>>

/** A temporary folder of the current test, with git kept from the config of whoever runs it. */
export interface Workshop {
  readonly root: string
  readonly cache: string
  write(folder: string, files: Files): string
  /** Makes a repository with one commit, or adds a commit to it; returns the commit. */
  commit(folder: string, files: Files): string
  git(folder: string, ...args: string[]): string
}

/** Gives each test of a file a workshop of its own. */
export function useWorkshop(): Workshop {
  const shop = { root: '', cache: '', write, commit, git }
  beforeEach(() => {
    shop.root = realpathSync(mkdtempSync(join(tmpdir(), 'venvoy-source-')))
    shop.cache = join(shop.root, 'cache')
    vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null')
    vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1')
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(shop.root, { recursive: true, force: true })
  })

  function write(folder: string, files: Files): string {
    const at = join(shop.root, folder)
    mkdirSync(at, { recursive: true })
    for (const [path, content] of Object.entries(files)) put(join(at, path), content)
    return at
  }

  function commit(folder: string, files: Files): string {
    const at = write(folder, files)
    git(folder, 'init', '--quiet', '--initial-branch=main')
    execFileSync('git', ['-C', at, 'add', '--all'])
    git(folder, 'commit', '--quiet', '--allow-empty', '--message=more')
    return git(folder, 'rev-parse', 'HEAD')
  }

  function git(folder: string, ...args: string[]): string {
    const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com']
    const all = ['-C', join(shop.root, folder), ...who, ...args]
    return execFileSync('git', all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  }

  return shop
}

function put(path: string, content: Files[string]): void {
  mkdirSync(dirname(path), { recursive: true })
  if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(path, content)
  else if ('link' in content) symlinkSync(content.link, path)
  else writeFileSync(path, content.script, { mode: 0o755 })
}

/** A tree as lines: `app.py`, `run (executable)`, `latest → app.py`. */
export const listing = (tree: Tree): string[] =>
  tree.entries.map((entry) => {
    if (entry.kind === 'link') return `${entry.path} → ${entry.target}`
    return entry.executable ? `${entry.path} (executable)` : entry.path
  })

/** The text of the file at a path. */
export async function textAt(tree: Tree, path: string): Promise<string> {
  const entry = tree.entries.find((each) => each.path === path)
  if (entry?.kind !== 'file') throw new Error(`no file ${path} in the tree`)
  return Buffer.from(await tree.read(entry.digest)).toString()
}

/** The text of the VenvoyError with which something fails. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  if (error instanceof VenvoyError) return error.message
  throw error
}
