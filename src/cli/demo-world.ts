import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { type EmbeddedHost, type PackageIndex, startEmbeddedHost, startPackageIndex } from '../testing/index.js'
import { makeTempFolder, removeFolder } from '../testing/temp-folder.js'
import { demoDeployFile, demoWheels, writeDemoProject } from './demo-project.js'

/** All that the demo plays in; it stands in one folder. */
export interface DemoWorld {
  readonly folder: string
  /** The folder of deploy.yml. */
  readonly project: string
  readonly deployFile: string
  readonly host: EmbeddedHost
  readonly index: PackageIndex
  readonly ports: { readonly blue: number; readonly green: number }
  /** The env of a person who has this world's keys and nothing else. */
  readonly env: Readonly<Record<string, string>>
  /** Ends every process and removes the folder. */
  clear(): Promise<void>
}

/** Makes the demo's world: a host, a package index, a person with a key, and a project. */
export async function createDemoWorld(python: string): Promise<DemoWorld> {
  const folder = await makeTempFolder('venvoy-demo-')
  const ends: (() => Promise<void>)[] = [() => removeFolder(folder)]
  const clear = async () => {
    for (const end of ends.toReversed()) await end()
  }
  try {
    return { ...(await furnish(folder, python, ends)), folder, clear }
  } catch (error) {
    await clear()
    throw error
  }
}

/** Puts everything into the folder; what has to be ended later is added to `ends` as it begins. */
async function furnish(folder: string, python: string, ends: (() => Promise<void>)[]) {
  const index = await startPackageIndex(demoWheels)
  ends.push(index.stop)
  const host = await startEmbeddedHost({ home: await folderIn(folder, 'host') })
  ends.push(host.stop, () => stopApps(host.home))
  const ports = { blue: await freePort(), green: await freePort() }
  const project = await folderIn(folder, 'project')
  const deployFile = demoDeployFile({ host, indexUrl: index.url, python, ports })
  await writeDemoProject(project, deployFile)
  return { index, host, ports, project, deployFile, env: await settlePerson(await folderIn(folder, 'you'), host) }
}

/** Gives the person a home with the key that the host lets in, and the host's own key to compare with. */
async function settlePerson(home: string, host: EmbeddedHost): Promise<Record<string, string>> {
  const ssh = await folderIn(home, '.ssh')
  await writeFile(join(ssh, 'id_ed25519'), host.clientKey, { mode: 0o600 })
  await writeFile(join(ssh, 'known_hosts'), host.knownHosts, { mode: 0o600 })
  // `LC_ALL`, `TERM`
  const kept = Object.entries(process.env).filter(([name]) => /^(PATH|TERM|COLORTERM|LANG|LC_[A-Z]+)$/.test(name))
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    HOME: home,
    USER: host.user,
    LOGNAME: host.user,
    TMPDIR: await folderIn(home, 'tmp'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
  }
}

/** The apps left their process groups when they went into the background; each has written down its pid. */
async function stopApps(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = name.endsWith('.pid') ? Number(await readFile(join(home, name), 'utf8')) : 0
    if (pid > 0) endProcess(pid)
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch {
    // It has ended by itself.
  }
}

async function folderIn(parent: string, name: string): Promise<string> {
  const path = join(parent, name)
  await mkdir(path, { recursive: true, mode: 0o700 })
  return path
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
