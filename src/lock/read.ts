import { VenvoyError } from '../errors.js'
import type { Lockfile } from './lock.js'
import type { LockText } from './lock-source.js'
import { readPipfile } from './read-pipfile.js'
import { readPoetry } from './read-poetry.js'
import { isPylock, readPylock } from './read-pylock.js'
import { readUv } from './read-uv.js'

/** Reads any lockfile but requirements.txt, by its name. Throws a VenvoyError with file and line. */
export function readLockfile(given: LockText): Lockfile {
  const name = given.path.split('/').at(-1)!
  if (isPylock(name)) return readPylock(given)
  if (name === 'uv.lock') return readUv(given)
  if (name === 'poetry.lock') return readPoetry(given)
  if (name === 'Pipfile.lock') return readPipfile(given)
  throw new VenvoyError({
    kind: 'config',
    where: given.path,
    what: 'not the name of a lockfile',
    why: ['known are pylock.toml, pylock.NAME.toml, uv.lock, poetry.lock, Pipfile.lock, and *.txt with hashes'],
  })
}
