import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { svnFailure } from './svn-command.js'
import type { SvnRemote } from './svn-remote.js'

/** A folder of a repository in one revision. */
export interface SvnFolder {
  readonly url: string
  readonly revision: number
}

/**
 * Checks a folder out, without its externals, and has it read. The working copy stays, so that the next revision brings only what
 * has changed; while another venvoy is at it, a passing one is made. Throws a VenvoyError for what svn cannot bring.
 */
export async function withWorkingCopy<T>(
  remote: SvnRemote,
  wanted: SvnFolder,
  place: string,
  read: (folder: string) => Promise<T>,
): Promise<T> {
  await mkdir(dirname(place), { recursive: true, mode: 0o700 })
  const lock = `${place}.lock`
  const isOurs = await takeLock(lock)
  const folder = isOurs ? place : `${place}.${randomBytes(4).toString('hex')}`
  try {
    await bring(remote, wanted, folder)
    return await read(folder)
  } finally {
    await rm(isOurs ? lock : folder, { recursive: true, force: true })
  }
}

async function bring(remote: SvnRemote, { url, revision }: SvnFolder, folder: string): Promise<void> {
  if (
    await access(folder).then(
      () => true,
      () => false,
    )
  ) {
    const now = new Date()
    await utimes(folder, now, now)
    // What a venvoy that was killed has left half done.
    await remote.attempt(url, ['cleanup', folder])
    const result = await remote.attempt(url, ['update', '--quiet', '--ignore-externals', '-r', `${revision}`, folder])
    if (result.code === 0) return
    // Where the repository itself refuses, another try would not help; a broken working copy is made anew.
    if (/E170013|E170001|E215004|E230001/.test(result.stderr)) throw svnFailure(url, result, undefined)
    await rm(folder, { recursive: true })
  }
  await remote.run(url, ['checkout', '--quiet', '--ignore-externals', '--', `${url}@${revision}`, folder])
}

/** False where a process that runs has it. */
async function takeLock(lock: string): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await mkdir(lock)
      await writeFile(join(lock, 'pid'), `${process.pid}\n`)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (await isHeld(lock)) return false
    // Moved away first: of two that find it stale, only one takes it.
    const stale = `${lock}.${randomBytes(4).toString('hex')}`
    await rename(lock, stale).catch(() => undefined)
    await rm(stale, { recursive: true, force: true })
  }
  return false
}

async function isHeld(lock: string): Promise<boolean> {
  const pid = Number(await readFile(join(lock, 'pid'), 'utf8').catch(() => ''))
  // It was just made, and its maker is about to write.
  if (!Number.isInteger(pid) || pid <= 0) return true
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
