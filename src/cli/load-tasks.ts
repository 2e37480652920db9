import { mkdir, readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import { VenvoyError } from '../errors.js'
import type { Task } from '../run/task.js'

// `uptime.ts`, `db.mjs`; not `types.d.ts`, `uptime.test.ts`
const taskFile = /^(?!.*\.(d|test)\.)[^.].*\.(ts|mts|js|mjs)$/

/** The tasks in code that stand beside deploy.yml: `tasks/*.ts`, each export made by `task()` under its own name. */
export async function loadTasks(base: string, cache: string): Promise<ReadonlyMap<string, Task>> {
  const folder = join(base, 'tasks')
  const files = (await readdir(folder).catch(() => [])).filter((name) => taskFile.test(name)).sort()
  const tasks = new Map<string, Task>()
  if (files.length === 0) return tasks
  const load = await loader(base, cache)
  for (const file of files) {
    for (const [name, value] of Object.entries(await loadFile(load, folder, file))) {
      if (isTask(value)) tasks.set(name === 'default' ? parse(file).name : name, value)
    }
  }
  return tasks
}

type Load = (file: string) => Promise<Record<string, unknown>>

async function loadFile(load: Load, folder: string, file: string): Promise<Record<string, unknown>> {
  try {
    return await load(join(folder, file))
  } catch (error) {
    const lines = (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n')
    throw new VenvoyError({
      kind: 'config',
      where: `tasks/${file}`,
      what: 'it cannot be loaded',
      why: lines.slice(0, 6),
    })
  }
}

/** TypeScript without a build, on every Node. The compiled files are kept where only this user can put them. */
async function loader(base: string, cache: string): Promise<Load> {
  const { createJiti } = await import('jiti')
  const compiled = join(cache, 'tasks')
  await mkdir(compiled, { recursive: true, mode: 0o700 })
  const own = fileURLToPath(new URL('../index.js', import.meta.url))
  const jiti = createJiti(join(base, 'tasks/'), { fsCache: compiled, alias: { venvoy: own }, interopDefault: false })
  return async (file) => (await jiti.import(file)) as Record<string, unknown>
}

const isTask = (value: unknown): value is Task =>
  typeof value === 'object' &&
  value !== null &&
  'description' in value &&
  'run' in value &&
  typeof value.run === 'function'
