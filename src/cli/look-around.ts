import { open, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { GitGlimpse, Glimpse } from '../config/glimpse.js'
import { VenvoyError } from '../errors.js'
import { gitCommand } from '../source/git-command.js'
import { sshHosts } from './ssh-hosts.js'
import type { World } from './world.js'

/** More than this of a file tells nothing new. */
const mostBytes = 64 * 1024
const mostPythonFiles = 200

const telling =
  /^(pyproject\.toml|setup\.(py|cfg)|manage\.py|\.python-version|requirements.*\.(txt|in)|.*\.lock|pylock\..*|[\w-]+\.py)$/
/** Folders in which nobody has written what is deployed. */
const passedOver = /^(\.|_|node_modules$|(venv|env|build|dist|tests?|docs?|static|media|migrations)$)/

/** Looks at the project in a folder: at its files, its git repository, and at this user's ssh_config. Changes nothing. */
export async function lookAround(world: World, folder: string, namedHosts: readonly string[]): Promise<Glimpse> {
  const [files, git] = await Promise.all([tellingFiles(folder), lookAtGit(folder)])
  return { folder: basename(folder), files, ...(git && { git }), sshHosts: sshHosts(world), namedHosts }
}

async function tellingFiles(folder: string): Promise<Map<string, string>> {
  const top = await namesIn(folder)
  const paths = top.files.filter((name) => telling.test(name))
  const below = top.folders.filter((name) => !passedOver.test(name))
  for (const name of below) paths.push(...(await pathsBelow(folder, name)))
  const wanted = paths.filter((path) => !path.endsWith('.py'))
  wanted.push(...paths.filter((path) => path.endsWith('.py')).slice(0, mostPythonFiles))
  const texts = await Promise.all(wanted.map(async (path) => [path, await startOf(join(folder, path))] as const))
  return new Map(texts)
}

/** The packages of the project: `blog/*.py`, and in a src layout `src/blog/*.py`; `requirements/*.txt`. */
async function pathsBelow(folder: string, name: string): Promise<string[]> {
  const { files, folders } = await namesIn(join(folder, name))
  const inner = name === 'src' ? folders.filter((each) => !passedOver.test(each)) : []
  const deeper = await Promise.all(inner.map((each) => pathsBelow(folder, `src/${each}`)))
  const ending = name === 'requirements' ? /\.txt$/ : /\.py$/
  return [...files.filter((file) => ending.test(file)).map((file) => `${name}/${file}`), ...deeper.flat()]
}

async function namesIn(folder: string): Promise<{ files: string[]; folders: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const named = (isWanted: (entry: (typeof entries)[number]) => boolean) =>
    entries
      .filter(isWanted)
      .map(({ name }) => name)
      .sort()
  return { files: named((entry) => entry.isFile()), folders: named((entry) => entry.isDirectory()) }
}

async function startOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } finally {
    await file.close()
  }
}

async function lookAtGit(folder: string): Promise<GitGlimpse | undefined> {
  const prefix = await gitLine(folder, 'rev-parse', '--show-prefix')
  if (prefix === undefined) return undefined
  const branch = await gitLine(folder, 'symbolic-ref', '--short', 'HEAD')
  const ofBranch = branch && (await gitLine(folder, 'config', `branch.${branch}.remote`))
  const name = ofBranch || ((await gitLine(folder, 'remote'))?.split('\n')[0] ?? '')
  const remote = name && (await gitLine(folder, 'remote', 'get-url', name))
  return {
    ...(remote && { remote }),
    ...(branch && { branch }),
    ...(prefix !== '' && { subdirectory: prefix.replace(/\/$/, '') }),
  }
}

/** What git says; undefined where it refuses, is not there, or this is no repository. */
async function gitLine(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    const { code, stdout } = await gitCommand(['-C', folder, ...args])
    return code === 0 ? stdout.toString('utf8').trim() : undefined
  } catch (error) {
    if (error instanceof VenvoyError) return undefined
    throw error
  }
}
