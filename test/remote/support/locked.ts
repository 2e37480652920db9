import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VenvInput } from '../../../src/remote/venv-input.js'
import { buildWheel, type WheelSpec, wheelFilename } from '../../../src/testing/wheel.js'
import { callHelper } from './call.js'
import { sha256, venvInput } from './place.js'

type Locked = NonNullable<VenvInput['locked']>

/** Two packages of which one needs the other, with a script and a man page. */
export const greeting: readonly WheelSpec[] = [
  { name: 'words', version: '2.0', modules: { 'words/__init__.py': 'hello = "hello"\n', 'words/more.py': 'x = 1\n' } },
  {
    name: 'Greeting',
    version: '1.1',
    modules: {
      'greeting.py': 'import sys, words\ndef main():\n    print(words.hello + " " + sys.prefix)\n',
      'greeting-1.1.data/data/share/man/man1/greet.1': '.TH greet\n',
    },
    requires: ['words'],
    scripts: { greet: 'greeting:main' },
  },
]

/** Puts wheels into a folder, and locks them. */
export function lockWheels(folder: string, wheels: readonly WheelSpec[]): Locked {
  mkdirSync(folder, { recursive: true })
  const packages = wheels.map((wheel) => {
    const content = Buffer.from(buildWheel(wheel))
    writeFileSync(join(folder, wheelFilename(wheel)), content)
    return [wheel.name.toLowerCase(), wheel.version, [sha256(content)]] as const
  })
  return { packages, path: 'pylock.toml' }
}

/** The same as if they had been sent: in the host's cache, for a helper that is to ask no index. */
export function sentWheels(home: string, wheels = greeting): Pick<VenvInput, 'offline' | 'wheels'> {
  const cache = join(home, '.cache/venvoy/files')
  const entries = wheels.map((wheel) => {
    const content = Buffer.from(buildWheel(wheel))
    const digest = sha256(content)
    mkdirSync(join(cache, digest.slice(0, 2)), { recursive: true })
    writeFileSync(join(cache, digest.slice(0, 2), digest), content)
    return { path: `wheels/${wheelFilename(wheel)}`, digest, size: content.length, executable: false }
  })
  return { offline: true, wheels: { cache: '~/.cache/venvoy/files', entries } }
}

/** The env of a host whose index is a folder. */
const indexEnv = (folder: string) => ({ PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder })

/** Calls for thin venvs in a home, all with the same fingerprint unless said otherwise. */
export function thinVenvs(home: string, python: VenvInput['python'], folder = join(home, 'wheels'), wheels = greeting) {
  const locked = lockWheels(folder, wheels)
  const store = join(home, 'venvs/.venvoy')
  return {
    locked,
    store,
    base: join(store, 'base-0f3c9a1b2d4e5f60'),
    venv: (name: string) => join(store, '0f3c9a1b2d4e5f60', name),
    options: (name: string, more: Partial<VenvInput> = {}, env: Record<string, string> = {}) => ({
      python: python.path,
      home,
      action: 'venv',
      input: venvInput('~/venvs', python, { name, locked, ...more }),
      env: { ...indexEnv(folder), ...env },
    }),
    build(name: string, more: Partial<VenvInput> = {}, env: Record<string, string> = {}, around?: string) {
      return callHelper({ ...this.options(name, more, env), ...(around !== undefined && { around }) })
    },
  }
}
