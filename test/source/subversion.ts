import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { freePort } from '../support/sshd.js'
import type { Workshop } from './repository.js'

/** A Subversion repository of the current test, with its working copy of all of it. */
export interface SvnWorkshop {
  /** `file:///…/repository` */
  readonly url: string
  /** Writes files into the working copy, adds them, and commits everything; gives the revision. */
  commit(files: Parameters<Workshop['write']>[1]): number
  /** Sets `svn:externals` of a folder; commit comes apart. */
  externals(folder: string, ...lines: string[]): void
  svn(...args: string[]): string
  /** Serves it with a password to ann, `pa$$ word`; gives its URL. */
  serve(): Promise<string>
}

export function makeRepository(shop: Workshop, name = 'repository'): SvnWorkshop {
  const repository = join(shop.root, name)
  const copy = join(shop.root, `${name}-copy`)
  const config = ['--config-dir', join(shop.root, 'svn-config'), '--non-interactive']
  const env = { ...process.env, LC_ALL: 'C.UTF-8' }
  const svn = (...args: string[]) =>
    execFileSync('svn', [...args, ...config], { cwd: copy, env, encoding: 'utf8', stdio: 'pipe' })
  execFileSync('svnadmin', ['create', repository])
  const url = `file://${repository}`
  mkdirSync(copy)
  svn('checkout', '--quiet', url, '.')
  return {
    url,
    svn,
    commit(files) {
      shop.write(`${name}-copy`, files)
      svn('add', '--quiet', '--force', '--parents', ...Object.keys(files).map((path) => `${path}@`), '.')
      svn('commit', '--quiet', '--message', 'more')
      svn('update', '--quiet', '--ignore-externals')
      return Number(svn('info', '--show-item', 'revision'))
    },
    externals(folder, ...lines) {
      writeFileSync(join(shop.root, 'externals'), lines.join('\n'))
      svn('propset', '--quiet', 'svn:externals', '--file', join(shop.root, 'externals'), folder)
    },
    async serve() {
      writeFileSync(
        join(repository, 'conf/svnserve.conf'),
        '[general]\nanon-access = none\nauth-access = read\npassword-db = passwd\nrealm = test\n',
      )
      writeFileSync(join(repository, 'conf/passwd'), '[users]\nann = pa$$ word\n')
      const port = await freePort()
      const args = ['--daemon', '--foreground', '--listen-host', '127.0.0.1', '--listen-port', `${port}`]
      const child = spawn('svnserve', [...args, '--root', shop.root], { stdio: 'ignore' })
      onTestFinished(() => void child.kill())
      await answering(port)
      return `svn://127.0.0.1:${port}/${name}`
    },
  }
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.end())
    })
    if (isOpen) return
    await sleep(50)
  }
  throw new Error(`nobody answers at port ${port}`)
}
