import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import type { ReleaseInput } from '../../../src/remote/instance-input.js'
import type { HelperTree, VenvInput } from '../../../src/remote/venv-input.js'

export const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')

/** A new folder for one test, removed after it. */
export function temporaryFolders(): () => string {
  const made: string[] = []
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'venvoy-helper-'))
    made.push(folder)
    return folder
  }
}

export function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** Puts contents into a cache and returns the tree of them; a path that ends in `*` is executable. */
export function cachedTree(
  cache: string,
  files: Record<string, string>,
  links: Record<string, string> = {},
): HelperTree {
  const entries = Object.entries(files).map(([path, content]) => {
    const digest = sha256(content)
    write(join(cache, digest.slice(0, 2), digest), content)
    return { path: path.replace(/\*$/, ''), digest, size: content.length, executable: path.endsWith('*') }
  })
  return { cache, entries: [...entries, ...Object.entries(links).map(([path, target]) => ({ path, target }))] }
}

/** All that is below a folder, with modes and link targets: `644 a.txt`, `755 b/`, `c -> a.txt`. Links are not followed. */
export function listAll(folder: string, prefix = ''): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      const found = lstatSync(path)
      if (found.isSymbolicLink()) return [`${prefix}${name} -> ${readlinkSync(path)}`]
      const mode = (found.mode & 0o777).toString(8)
      if (!found.isDirectory()) return [`${mode} ${prefix}${name}`]
      return [`${mode} ${prefix}${name}/`, ...listAll(path, `${prefix}${name}/`)]
    })
}

/** Something that counts as a whole venv. */
export function fakeVenv(home: string, fingerprint: string, name: string): string {
  const venv = join(home, '.venvoy', fingerprint, name)
  write(join(venv, '.venvoy.json'), `{"v":1,"fingerprint":"${fingerprint}","installed":[]}\n`)
  write(join(venv, 'bin/activate'), '')
  return venv
}

export function venvInput(home: string, python: VenvInput['python'], more: Partial<VenvInput> = {}): VenvInput {
  return {
    home,
    name: 'blog',
    fingerprint: '0f3c9a1b2d4e5f60',
    inputs: 'abc',
    python,
    with: 'venv',
    systemSitePackages: false,
    files: {},
    arguments: [],
    ...more,
  }
}

export function releaseInput(
  to: string,
  venv: string,
  tree: HelperTree,
  more: Partial<ReleaseInput> = {},
): ReleaseInput {
  const receipt = {
    revision: 'v1 (3f2a91c)',
    commit: '3f2a91c',
    digest: 'd1',
    fingerprint: '0f3c9a1b2d4e5f60',
    by: 'ann@laptop',
  }
  const settings = {
    texts: { env: "export A='1'\n", services: {} },
    units: '{"v":1,"services":[]}',
    settings: '{"v":1,"services":{}}',
    run: '#!/bin/sh\n',
  }
  return { to, number: 1, tree, venv, receipt, ...settings, generation: 0, ...more }
}
