import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDelayProxy } from './delay-proxy.mjs'
import { measure } from './measure.mjs'
import { benchProject, hundredHosts, writeProject } from './project.mjs'
import { makeKeys, startSshd } from './sshd.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const user = userInfo().username
const manyHosts = 100
/** One way, in milliseconds. */
const delays = { far: 25, counted: 40 }

/**
 * What all figures share, in one temporary folder: the built venvoy, a control side with a home of its own, and an sshd
 * that is reached as `near` (RTT 0), `far` (RTT 50 ms), `counted` (what passes is counted) and under 100 addresses.
 */
export async function openLab({ isTraced }) {
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-bench-'))
  const closing = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })]
  const lab = { folder, closeLab: () => closeAll(closing) }
  try {
    return { ...lab, ...(await furnish(folder, isTraced, closing)) }
  } catch (error) {
    await lab.closeLab()
    throw error
  }
}

async function closeAll(closing) {
  for (let close = closing.pop(); close !== undefined; close = closing.pop()) await close()
}

async function furnish(folder, isTraced, closing) {
  const home = makeFolder(folder, 'home')
  const control = makeFolder(folder, 'control')
  const main = copyPackage(makeFolder(folder, 'package'))
  const keys = await makeKeys(makeFolder(folder, 'sshd'))
  const sshd = await startSshd({ folder: join(folder, 'sshd'), home })
  closing.push(sshd.stop)
  const ports = { near: sshd.port }
  const proxies = {}
  for (const [name, delayMs] of Object.entries(delays)) {
    proxies[name] = await startDelayProxy(sshd.port, delayMs)
    closing.push(proxies[name].stop)
    ports[name] = proxies[name].port
  }
  const trace = isTraced ? join(folder, 'processes') : undefined
  if (trace !== undefined) {
    const traced = await startSshd({ folder: join(folder, 'sshd'), home, trace })
    closing.push(traced.stop)
    ports.traced = traced.port
  }
  const many = Array.from({ length: manyHosts }, (_, i) => ({ address: `127.0.0.${i + 2}`, port: sshd.port, user }))
  const ssh = writeSsh(control, keys, ports, many)
  const { startPackageIndex } = await import(join(root, 'dist/testing/index.js'))
  const index = await startPackageIndex(benchProject.wheels)
  closing.push(index.stop)
  writeProject(makeFolder(folder, 'one'), { user, ports, index: index.url })
  hundredHosts(makeFolder(folder, 'many'), many)

  const env = {
    PATH: process.env.PATH,
    HOME: control,
    TMPDIR: makeFolder(folder, 'tmp'),
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  }
  return {
    home,
    many,
    trace,
    env,
    main,
    index: index.url,
    near: `${user}@127.0.0.1:${ports.near}`,
    ...ssh,
    takeCounts: () => proxies.counted.takeCounts(),
    /** Runs venvoy in the folder of a project, `one` or `many`. */
    venvoy: (args, { project = 'one', node = [] } = {}) =>
      measure([process.execPath, ...node, main, ...args], { env, cwd: join(folder, project) }),
    /** The system's own ssh. */
    ssh: (args, { input } = {}) => measure(['ssh', '-F', ssh.sshConfig, ...args], { env, input }),
    /** The next login is like the first one. */
    forgetLogins: () => rmSync(join(folder, 'state', 'venvoy', 'logins.json'), { force: true }),
  }
}

function makeFolder(folder, name) {
  mkdirSync(join(folder, name))
  return join(folder, name)
}

/** A copy: a build while the bench runs does not pull the program out from under it. */
function copyPackage(folder) {
  if (!existsSync(join(root, 'dist/cli/main.js'))) throw new Error('there is no dist/: npm run build')
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true, filter: (path) => !path.includes('dist/types') })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'dist/cli/main.js')
}

function writeSsh(control, { keyFile, hostKey }, ports, many) {
  const folder = join(control, '.ssh')
  mkdirSync(folder, { mode: 0o700 })
  const knownHosts = join(folder, 'known_hosts')
  const places = [
    ...Object.values(ports).map((port) => ({ address: '127.0.0.1', port })),
    ...many.map(({ address, port }) => ({ address, port })),
  ]
  writeFileSync(knownHosts, places.map(({ address, port }) => `[${address}]:${port} ${hostKey.trim()}\n`).join(''))
  const blocks = Object.entries(ports).map(([name, port]) => `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n`)
  const common = [
    'Host *',
    `  User ${user}`,
    `  IdentityFile ${keyFile}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${knownHosts}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '  BatchMode yes',
    '',
  ]
  // ssh takes its home folder from passwd and gets this one by -F; venvoy finds it below HOME.
  const sshConfig = join(folder, 'config')
  writeFileSync(sshConfig, [...blocks, ...common].join('\n'), { mode: 0o600 })
  return { keyFile, knownHosts, sshConfig }
}
