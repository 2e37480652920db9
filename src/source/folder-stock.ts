import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { VenvoyError } from '../errors.js'
import { artifactOf } from '../lock/artifact.js'
import type { Artifact } from '../lock/lock.js'
import { localPath } from './git-remote.js'
import { filePieces } from './pieces.js'
import type { WheelStock } from './wheel-stock.js'

/** A folder beside deploy.yml: nothing is downloaded. Throws a VenvoyError where there is none. */
export async function folderStock(folder: string, base: string): Promise<WheelStock> {
  const place = localPath(folder, base)
  const names = await namesIn(folder, base)
  const limit = pLimit(8)
  // 'django-5.1.4-py3-none-any.whl', 'docopt-0.6.2.tar.gz', 'docopt-0.6.2.zip'
  const files = await Promise.all(
    names
      .filter((name) => /\.(whl|tar\.(gz|bz2|xz)|zip)$/.test(name))
      .sort()
      .map((filename) => limit(() => artifactAt(place, filename))),
  )
  return {
    place: folder,
    filesOf: () => Promise.resolve(files),
    async find(_, { digest }) {
      const filename = files.find((each) => each.digest === digest)?.filename
      if (filename === undefined) return undefined
      const path = join(place, filename)
      return { size: (await stat(path)).size, pieces: () => filePieces(path) }
    },
    pips: () => files.filter(({ filename }) => /^pip-\d[\w.]*-.*\.whl$/.test(filename)),
  }
}

/** What lies in a folder of wheels. Throws a VenvoyError where there is none. */
export async function namesIn(folder: string, base: string): Promise<readonly string[]> {
  const place = localPath(folder, base)
  return readdir(place).catch(() => {
    throw noFolder(folder, place)
  })
}

async function artifactAt(place: string, filename: string): Promise<Artifact> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(join(place, filename))) hash.update(chunk as Buffer)
  return artifactOf({ filename, digest: hash.digest('hex') })
}

const noFolder = (folder: string, place: string) =>
  new VenvoyError({
    kind: 'config',
    where: 'venv.wheels',
    what: `there is no folder ${folder}`,
    why: [`looked at ${place}`],
    next: 'name a folder of wheels; or say ship, and they are fetched here, or server, and hosts fetch them',
  })
