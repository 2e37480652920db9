import { VenvoyError } from '../errors.js'
import type { HostFacts } from '../facts/facts.js'
import type { LoginFacts, WrapperScript } from '../facts/login-facts.js'
import { noQuestion, type ProbeQuestion } from '../facts/probe.js'
import { absolute } from '../operations/absolute.js'
import { loginBlock } from '../operations/login-block.js'
import type { RunStep } from '../operations/step.js'
import { exec, shell } from '../shell/command.js'
import { as, type Context } from '../shell/context.js'

/** What a host is to have for whoever logs in. Folders may begin with `~/`. */
export interface SetupWish {
  /** WORKON_HOME. */
  readonly home: string
  /** PROJECT_HOME. */
  readonly projectHome?: string
  /** Where virtualenvwrapper comes from, if it is not there. */
  readonly from: 'apt' | 'pip'
}

/** No steps: nothing to do. */
export interface SetupPlan {
  readonly steps: readonly RunStep[]
  readonly notes: readonly string[]
}

/** What `venvoy setup` asks a host. */
export const setupQuestion: ProbeQuestion = {
  ...noQuestion,
  programs: ['apt-get', 'python3', 'sudo'],
  login: true,
}

/**
 * What gives a login bash `workon`, with the venvs where deploy.yml has them. Where the person's own lines do that already, there
 * is nothing to do. Throws where the host lacks what that takes.
 */
export function planSetup(host: string, facts: HostFacts, wish: SetupWish, context: Context): SetupPlan {
  const login = loginOf(host, facts)
  if (isThere(login, facts, wish)) return { steps: [], notes: notesOn(facts) }
  const script = login.wrapper ?? comingFrom(wish.from, facts)
  const block = loginBlock(wish, script)
  const others = Object.keys(login.blocks).filter((file) => file !== login.file)
  const isWritten = login.blocks[login.file] === block
  if (isWritten && login.wrapper !== undefined && others.length === 0) throw notReached(host, login)
  return {
    steps: [
      ...(login.wrapper === undefined ? [install(host, facts, wish.from, context)] : []),
      ...others.map((file) => takeOut(file, login, context)),
      ...(isWritten ? [] : [write(login, block, context)]),
      look(login.file, context),
    ],
    notes: notesOn(facts),
  }
}

/** What takes the block out of every file that has one. The package stays. */
export function planSetupRemoval(host: string, facts: HostFacts, context: Context): SetupPlan {
  const login = loginOf(host, facts)
  return { steps: Object.keys(login.blocks).map((file) => takeOut(file, login, context)), notes: [] }
}

function loginOf(host: string, { login }: HostFacts): LoginFacts {
  if (login !== undefined) return login
  const next = 'sudo apt-get install bash, or the same with the package manager of the host'
  throw new VenvoyError({ kind: 'command', where: host, what: 'virtualenvwrapper needs bash, and there is none', next })
}

function isThere({ hasWorkon, workonHome, projectHome }: LoginFacts, facts: HostFacts, wish: SetupWish): boolean {
  const isHome = (workonHome ?? `${facts.system.home}/.virtualenvs`) === absolute(wish.home, facts)
  return hasWorkon && isHome && (wish.projectHome === undefined || projectHome === absolute(wish.projectHome, facts))
}

/** Where the package will have put it. */
function comingFrom(from: SetupWish['from'], { programs, system }: HostFacts): WrapperScript {
  if (from === 'apt') return { path: '/usr/share/virtualenvwrapper/virtualenvwrapper.sh', python: '/usr/bin/python3' }
  const folder = `${system.home}/.local/bin`
  return { path: `${folder}/virtualenvwrapper.sh`, python: programs.python3 ?? '/usr/bin/python3', programs: folder }
}

function install(host: string, facts: HostFacts, from: SetupWish['from'], context: Context): RunStep {
  if (from === 'pip') {
    const python = facts.programs.python3 ?? '/usr/bin/python3'
    // What Debian asks for before its Python takes anything from elsewhere; it lands in the user's own folder.
    const command = exec(
      'env',
      'PIP_BREAK_SYSTEM_PACKAGES=1',
      python,
      '-m',
      'pip',
      'install',
      '--user',
      'virtualenvwrapper',
    )
    const lines = [`${python} -m pip install --user virtualenvwrapper`]
    return { ...stepOf('install virtualenvwrapper for this user', lines, context), command }
  }
  assertApt(host, facts)
  const get = 'DEBIAN_FRONTEND=noninteractive apt-get install --yes virtualenvwrapper'
  const isRoot = facts.system.uid === 0
  const lines = [`${isRoot ? '' : 'sudo '}apt-get install virtualenvwrapper`]
  return {
    ...stepOf('install virtualenvwrapper', lines, isRoot ? context : as(context, 'root')),
    command: shell(`${get} || { apt-get update && ${get}; }`),
  }
}

function assertApt(host: string, { programs, system }: HostFacts): void {
  const byPip = 'venvoy setup --with pip'
  if (programs['apt-get'] === undefined) {
    const what = 'virtualenvwrapper is not there, and neither is apt-get'
    throw new VenvoyError({ kind: 'command', where: host, what, next: `${byPip}, or install it by hand and run again` })
  }
  // Whether it asks for a password is told when it runs.
  if (system.uid === 0 || programs.sudo !== undefined) return
  throw new VenvoyError({
    kind: 'command',
    where: host,
    what: 'virtualenvwrapper is not there, and neither is sudo',
    next: `${byPip}, or as root: apt-get install virtualenvwrapper`,
  })
}

function write({ file, blocks }: LoginFacts, block: string, context: Context): RunStep {
  const marked = (mark: string, text: string | undefined) => (text ?? '').split('\n').map((line) => `${mark} ${line}`)
  const before = blocks[file] === undefined ? [] : marked('-', blocks[file])
  return {
    ...stepOf(`write a block into ${file}`, [...before, ...marked('+', block)], context),
    command: exec('venvoy_login_block', file, block),
  }
}

function takeOut(file: string, { blocks }: LoginFacts, context: Context): RunStep {
  const lines = (blocks[file] ?? '').split('\n').map((line) => `- ${line}`)
  return {
    ...stepOf(`take the block out of ${file}`, lines, context),
    command: exec('venvoy_login_block', file, ''),
  }
}

/** A start-up file may end before the block. */
function look(file: string, context: Context): RunStep {
  const words = `${file} has the block, but a login bash has no workon: something in front of it ends or returns, or virtualenvwrapper does not load`
  const command = shell(
    '[ "$(bash -lc \'type -t workon\' </dev/null 2>/dev/null | tail -n 1)" = function ] || { echo ',
    { word: words },
    ' >&2; bash -lc : </dev/null; exit 1; }',
  )
  return { ...stepOf('see whether a login bash has workon', [], context), command }
}

const stepOf = (title: string, lines: readonly string[], context: Context) =>
  ({ kind: 'run', title, lines, context, retries: 0, warnOnly: false }) as const

const notReached = (host: string, { file }: LoginFacts) =>
  new VenvoyError({
    kind: 'command',
    where: host,
    what: `${file} has the block of venvoy, but a login bash does not have what it says`,
    why: ['a line in front of it ends or returns, or one behind it says otherwise'],
    next: `log in by hand, and see what ${file} does`,
  })

/** Whoever does not log in with bash reads another file. */
function notesOn({ system }: HostFacts): string[] {
  const shellName = system.shell.split('/').at(-1) ?? ''
  if (['bash', 'sh', 'dash', ''].includes(shellName)) return []
  return [
    `the login shell is ${system.shell}, which does not read what bash reads: type \`bash -l\` there to have workon`,
  ]
}
