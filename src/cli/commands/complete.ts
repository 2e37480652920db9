import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { FileNames, Named } from '../../config/file-names.js'
import { type Candidate, type Candidates, candidatesFor, type NameKind } from '../completion/candidates.js'
import { glimpseTasks } from '../completion/glimpsed-tasks.js'
import { type TypedTask, taskCandidates } from '../completion/task-candidates.js'
import { overlayOf } from '../overlay.js'
import { sshHosts } from '../ssh-hosts.js'
import type { World } from '../world.js'

/**
 * `venvoy __complete -- WORDS…`: what can stand in the place of the last word, one a line with a tab before its description;
 * `:files` for paths. It never fails: somebody is typing.
 */
export async function complete(world: World, program: Command, words: readonly string[]): Promise<number> {
  const candidates = candidatesFor(program, words)
  if (candidates.kind === 'files') world.stdout.write(':files\n')
  if (candidates.kind === 'files' || candidates.kind === 'nothing') return 0
  const current = words.at(-1) ?? ''
  // Behind a task's name, `-f` is the task's.
  const own = candidates.kind === 'told' ? words.slice(0, -candidates.words.length) : words.slice(0, -1)
  const lines = (await wordsOf(world, candidates, fileAmong(own)))
    .filter(({ word }) => word.startsWith(current))
    .map(({ word, description }) => `${word}\t${description}\n`)
  world.stdout.write(lines.join(''))
  return 0
}

async function wordsOf(world: World, candidates: Offered, file: string): Promise<readonly Candidate[]> {
  if (candidates.kind === 'words') return candidates.words
  const place = resolve(world.cwd, file)
  const { kind } = candidates
  if (kind === 'told') return taskCandidates(candidates.words, await typedTasks(place))
  const names = await named(world, kind, place)
  return [...names].map(([name, description]) => ({ word: candidates.before + name, description }))
}

async function named(world: World, kind: NameKind, place: string): Promise<Named> {
  if (kind === 'task')
    return new Map([...(await typedTasks(place))].map(([name, { description }]) => [name, description]))
  const texts = await Promise.all([textOf(place), textOf(overlayOf(place))])
  const { fileNames } = await import('../../config/file-names.js')
  const names = fileNames(texts)
  if (kind !== 'host') return ofKind(names, kind)
  // `-H` takes hosts that only ssh_config knows where there is no file.
  return names.hosts.size > 0 ? names.hosts : new Map(sshHosts(world).map((name) => [name, '']))
}

type Offered = Exclude<Candidates, { readonly kind: 'files' | 'nothing' }>

function ofKind({ instances, hosts, groups }: FileNames, kind: 'instance' | 'group' | 'exclude'): Named {
  return { instance: instances, group: groups, exclude: new Map([...hosts, ...groups, ...instances]) }[kind]
}

/** `-f other.yml`, `--file=other.yml` */
function fileAmong(before: readonly string[]): string {
  const joined = before.findLast((word) => word.startsWith('--file='))
  const at = before.findLastIndex((word) => word === '-f' || word === '--file')
  return joined?.slice('--file='.length) ?? (at === -1 ? undefined : before[at + 1]) ?? 'deploy.yml'
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** All tasks, those of the file first. */
async function typedTasks(place: string): Promise<ReadonlyMap<string, TypedTask>> {
  const texts = await Promise.all([textOf(place), textOf(overlayOf(place))])
  const [{ fileNames }, { fileParams }] = await Promise.all([
    import('../../config/file-names.js'),
    import('../../config/file-params.js'),
  ])
  const params = fileParams(texts)
  const inFile = [...fileNames(texts).tasks].map(
    ([name, description]) => [name, { description, params: params.get(name) ?? [] }] as const,
  )
  return new Map([...inFile, ...(await tasksIn(join(dirname(place), 'tasks')))])
}

async function tasksIn(folder: string): Promise<ReadonlyMap<string, TypedTask>> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => /^[^.].*\.m?[jt]s$/.test(name)).sort()
  const texts = await Promise.all(files.map((name) => textOf(join(folder, name))))
  return new Map(texts.flatMap((text) => [...glimpseTasks(text)]))
}
