import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDelayProxy } from './delay-proxy.mjs'
import { measure } from './measure.mjs'
import { startIndex } from './packages.mjs'
import { benchProject, writeHosts, writeProject } from './project.mjs'
import { makeKeys, startSshd } from './sshd.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const user = userInfo().username

/** Under which names one sshd is reached, and after how many milliseconds there and back; 0 is without a proxy. */
const everywhere = { near: 0, rtt10: 10, rtt50: 50, rtt150: 150 }

/**
 * What all figures share, in one temporary folder: the built venvoy, a control side with a home of its own, and an sshd
 * that is reached by several names with several round-trip times, as `behind` through the jump host `rtt50`, as `traced`
 * where its processes are counted, and under many addresses.
 */
export async function openLab({ rtts = everywhere, manyHosts = 100, isTraced = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-bench-'))
  const closing = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })]
  const closeLab = () => closeAll(closing)
  try {
    return { folder, closeLab, ...(await furnish({ folder, rtts, manyHosts, isTraced }, closing)) }
  } catch (error) {
    await closeLab()
    throw error
  }
}

async function closeAll(closing) {
  for (let close = closing.pop(); close !== undefined; close = closing.pop()) await close()
}

async function furnish({ folder, rtts, manyHosts, isTraced }, closing) {
  const home = makeFolder(folder, 'home')
  const control = makeFolder(folder, 'control')
  const main = copyPackage(makeFolder(folder, 'package'))
  const keys = await makeKeys(makeFolder(folder, 'sshd'))
  const { ports, proxies, trace } = await startHosts({ folder, home, rtts, isTraced }, closing)
  const places = placesOf(ports)
  const many = Array.from({ length: manyHosts }, (_, i) => ({
    ...{ name: `web${i + 1}`, address: `127.0.0.${i + 2}`, port: ports.near, user },
  }))
  const ssh = writeSsh(control, keys, Object.values(places), many)
  const { index, lock } = await startIndex(benchProject.wheels)
  closing.push(index.stop)
  writeProject(makeFolder(folder, 'one'), { places: Object.values(places), index: index.url, lock })
  const lockOnHost = join(home, 'requirements.txt')
  writeFileSync(lockOnHost, lock)
  writeHosts(makeFolder(folder, 'many'), many)
  const env = {
    PATH: process.env.PATH,
    HOME: control,
    TMPDIR: makeFolder(folder, 'tmp'),
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  }
  return {
    home,
    places,
    many,
    trace,
    env,
    main,
    index: index.url,
    lock,
    lockOnHost,
    ...ssh,
    ...doors({ folder, env, main, proxies, ...ssh }),
  }
}

/** One sshd, a proxy for each distance, and a second sshd that is traced. */
async function startHosts({ folder, home, rtts, isTraced }, closing) {
  const start = async (options) => {
    const sshd = await startSshd({ folder: join(folder, 'sshd'), home, ...options })
    closing.push(sshd.stop)
    return sshd.port
  }
  const port = await start()
  const ports = {}
  const proxies = {}
  for (const [name, rtt] of Object.entries(rtts)) {
    ports[name] = port
    if (rtt === 0) continue
    proxies[name] = await startDelayProxy(port, rtt / 2)
    closing.push(proxies[name].stop)
    ports[name] = proxies[name].port
  }
  const trace = isTraced ? join(folder, 'processes') : undefined
  if (isTraced) ports.traced = await start({ trace })
  return { ports, proxies, trace }
}

function placesOf(ports) {
  const place = (name, port) => [name, { name, address: '127.0.0.1', port, user }]
  const places = Object.fromEntries(Object.entries(ports).map(([name, port]) => place(name, port)))
  if (ports.rtt50 === undefined) return places
  return { ...places, behind: { name: 'behind', address: '127.0.0.1', port: ports.near, user, jump: 'rtt50' } }
}

/** The ways into the lab. `how`: `{ project, node, input, isSampled }`. */
const doors = ({ folder, env, main, proxies, sshConfig }, added = []) => ({
  /** Runs venvoy in the folder of a project, with options for Node. */
  venvoy: (args, { project = 'one', node = [], ...how } = {}) =>
    measure([process.execPath, ...node, main, ...args], { ...how, env, cwd: join(folder, project) }),
  /** The system's own ssh. */
  ssh: (args, how = {}) => measure(['ssh', '-F', sshConfig, ...args], { ...how, env }),
  /** Anything else, on the control side. */
  run: (line, how = {}) => measure(line, { cwd: folder, ...how, env: { ...env, ...how.env } }),
  /** What has passed on the way to a place since the last time that somebody asked; nothing is known of the near one. */
  takeCounts: (place) => proxies[place === 'behind' ? 'rtt50' : place]?.takeCounts(),
  /** More names, for ssh and for those who take them from `added`. */
  addHosts(hosts) {
    added.push(...hosts)
    writeFileSync(sshConfig, hosts.map(blockOf).join('\n') + readFileSync(sshConfig, 'utf8'))
  },
  added,
  /** The next login is like the first one. */
  forgetLogins: () => rmSync(join(folder, 'state', 'venvoy', 'logins.json'), { force: true }),
})

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

function writeSsh(control, { keyFile, hostKey }, places, many) {
  const folder = join(control, '.ssh')
  mkdirSync(folder, { mode: 0o700 })
  const knownHosts = join(folder, 'known_hosts')
  const line = ({ address, port }) => `[${address}]:${port} ${hostKey.trim()}\n`
  writeFileSync(knownHosts, [...places, ...many].map(line).join(''))
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
  writeFileSync(sshConfig, [...[...places, ...many].map(blockOf), ...common].join('\n'), { mode: 0o600 })
  return { keyFile, knownHosts, sshConfig }
}

const blockOf = ({ name, address, port, jump }) =>
  [`Host ${name}`, `  HostName ${address}`, `  Port ${port}`, ...(jump ? [`  ProxyJump ${jump}`] : []), ''].join('\n')
