import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { FileNames, Named } from '../../config/file-names.js'
import { candidatesFor, type NameKind } from '../completion/candidates.js'
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
  const all =
    candidates.kind === 'words'
      ? candidates.words.map(({ word, description }) => [word, description] as const)
      : [...(await named(world, candidates.kind, fileAmong(words)))].map(
          ([name, description]) => [candidates.before + name, description] as const,
        )
  const current = words.at(-1) ?? ''
  const lines = all
    .filter(([word]) => word.startsWith(current))
    .map(([word, description]) => `${word}\t${description}\n`)
  world.stdout.write(lines.join(''))
  return 0
}

async function named(world: World, kind: NameKind, file: string): Promise<Named> {
  const place = resolve(world.cwd, file)
  const texts = await Promise.all([textOf(place), textOf(overlayOf(place))])
  const { fileNames } = await import('../../config/file-names.js')
  const names = fileNames(texts)
  if (kind === 'task') return new Map([...names.tasks, ...(await tasksIn(join(dirname(place), 'tasks')))])
  if (kind !== 'host') return ofKind(names, kind)
  // `-H` takes hosts that only ssh_config knows where there is no file.
  return names.hosts.size > 0 ? names.hosts : new Map(sshHosts(world).map((name) => [name, '']))
}

function ofKind({ instances, hosts, groups }: FileNames, kind: 'instance' | 'group' | 'exclude'): Named {
  return { instance: instances, group: groups, exclude: new Map([...hosts, ...groups, ...instances]) }[kind]
}

/** `-f other.yml`, `--file=other.yml` */
function fileAmong(words: readonly string[]): string {
  const before = words.slice(0, -1)
  const joined = before.findLast((word) => word.startsWith('--file='))
  const at = before.findLastIndex((word) => word === '-f' || word === '--file')
  return joined?.slice('--file='.length) ?? (at === -1 ? undefined : before[at + 1]) ?? 'deploy.yml'
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** The tasks in code by their looks: nobody's code is run because somebody presses Tab. */
async function tasksIn(folder: string): Promise<Named> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => /^[^.].*\.m?[jt]s$/.test(name)).sort()
  const texts = await Promise.all(files.map((name) => textOf(join(folder, name))))
  // `export const uptime = task('How busy are the hosts?', …`
  const exported = /^export const (\w+) = task\(\s*(?:'([^'\n]*)'|"([^"\n]*)")?/gm
  return new Map(
    texts.flatMap((text) =>
      [...text.matchAll(exported)].map(([, name, one, two]) => [name!, one ?? two ?? ''] as const),
    ),
  )
}
