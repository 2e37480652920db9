import { chmod, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes a folder of its own under the system's temporary folder and returns its real path. */
export async function makeTempFolder(prefix: string): Promise<string> {
  return await mkdtemp(join(await realpath(tmpdir()), prefix))
}

/** Removes a folder and everything in it, read-only folders too; one that does not exist is fine. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  } catch {
    await makeWritable(path)
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** What stands in a read-only folder can only be removed by root; a venv's shared packages are read-only. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name))
  }
}
