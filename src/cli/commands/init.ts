import { access, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { describeDiagnostics } from '../../config/diagnostic.js'
import { type Draft, draftOf } from '../../config/draft.js'
import { readConfig } from '../../config/read.js'
import { starterText } from '../../config/starter.js'
import { VenvoyError } from '../../errors.js'
import { lookAround } from '../look-around.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import type { World } from '../world.js'

/** `venvoy init`: a first deploy.yml for the project that stands here. Asks nothing, contacts nothing, overwrites nothing. */
export async function init(world: World, options: Options): Promise<number> {
  const { file = 'deploy.yml', host = [] } = options
  const place = resolve(world.cwd, file)
  if (await isThere(place)) throw taken(file)
  const draft = draftOf(await lookAround(world, dirname(place), host))
  const text = starterText(draft)
  assertReadable(file, text)
  await write(place, text, file)
  const settings = { command: 'init', options, selection: [], hosts: [], again: () => 'venvoy init' }
  return startRun(world, settings, async (run) => {
    run.emit({ type: 'run:note', level: 'info', text: `${file} is written: ${seen(draft)}` })
    run.emit({ type: 'run:table', columns: ['next', 'what for'], rows: nextLines(draft, file) })
    return []
  })
}

/** Never overwrites, not even a file that came in between. */
async function write(place: string, text: string, file: string): Promise<void> {
  try {
    await writeFile(place, text, { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw taken(file)
    throw new VenvoyError({ kind: 'config', where: file, what: 'it cannot be written', why: [message] })
  }
}

const isThere = (place: string): Promise<boolean> =>
  access(place).then(
    () => true,
    () => false,
  )

/** What is written must read: a file that does not would be our mistake. */
function assertReadable(file: string, text: string): void {
  const { diagnostics } = readConfig({ file, text }, { env: () => undefined, needsSecrets: () => false })
  if (diagnostics.length === 0) return
  throw new VenvoyError({
    kind: 'internal',
    what: 'what venvoy found here makes a deploy.yml that it cannot read itself; nothing is written',
    why: describeDiagnostics(diagnostics).split('\n'),
    next: 'report it with these lines',
  })
}

function seen({ app, git, install, hosts, needsHost }: Draft): string {
  const kinds = { django: 'a Django project', flask: 'a Flask app', fastapi: 'a FastAPI app' }
  const what = app === undefined ? 'a Python project' : kinds[app.kind]
  const from = git === undefined ? 'deployed from this folder' : `deployed from ${git.url}`
  const needs = install.kind === 'nothing' ? ', no requirements found' : ''
  const on = needsHost ? '' : `, to ${hosts.map(({ address }) => address).join(', ')}`
  return `${what}, ${from}${on}${needs}`
}

function nextLines({ needsHost, install, git }: Draft, file: string): string[][] {
  const option = file === 'deploy.yml' ? '' : ` -f ${file}`
  const make = install.kind === 'file' ? install.make : undefined
  return [
    ...(needsHost ? [[`edit ${file}`, 'put your host under hosts:']] : []),
    ...(make === undefined
      ? []
      : [[make, git === undefined ? 'the requirements' : 'the requirements; commit and push them']]),
    [`venvoy check${option}`, 'what would stop a deploy, and the line that mends it'],
    ...(install.kind === 'file' || install.kind === 'packages'
      ? [
          [
            `venvoy lock${option}`,
            `exact versions, with hashes: pylock.toml${git === undefined ? '' : '; commit and push it'}`,
          ],
        ]
      : []),
    [`venvoy plan${option}`, 'what a deploy would do; nothing is changed'],
    [`venvoy deploy${option}`, 'do it'],
  ]
}

const taken = (file: string) =>
  new VenvoyError({
    kind: 'config',
    where: file,
    what: 'it is there already, and venvoy init overwrites nothing',
    next: 'venvoy check\nor write another one: venvoy init -f OTHER.yml',
  })
