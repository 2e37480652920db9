import { join } from 'node:path'
import { callHelper } from './call.js'
import { anyPython3 } from './interpreters.js'
import { cachedTree, fakeVenv, releaseInput, temporaryFolders } from './place.js'

export const files = { 'manage.py*': '#!/usr/bin/env python\n', 'blog/wsgi.py': 'app = 1\n', 'blog/ünïcode.txt': 'ü' }
const links = { 'blog/latest.txt': '../manage.py' }

/** A home with a venv, a cached tree, and calls for one instance. */
export function instanceMaker(): (interpreter?: string) => ReturnType<typeof makeInstance> {
  const place = temporaryFolders()
  return (interpreter = anyPython3()) => makeInstance(place(), interpreter)
}

function makeInstance(home: string, interpreter: string) {
  const to = join(home, 'apps/blog')
  const venv = fakeVenv(join(home, 'venvs'), '0f3c9a1b2d4e5f60', 'blog')
  const tree = cachedTree(join(home, 'cache'), files, links)
  const call = (action: string, input: unknown, around?: string) =>
    callHelper({ python: interpreter, home, action, input, env: { LC_ALL: 'C' }, ...(around && { around }) })
  const release = (more = {}) => call('release', releaseInput('~/apps/blog', venv, tree, more))
  const switchTo = (number: number, generation: number) =>
    call('switch', { to, number, generation, home: '~/venvs', name: 'blog' })
  return { home, to, venv, tree, call, release, switchTo }
}
