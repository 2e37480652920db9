import { readdir } from 'node:fs/promises'
import { join, parse, relative } from 'node:path'
import { VenvoyError } from '../errors.js'
import type { Task } from '../run/task.js'
import { failureToLoad } from './load-failure.js'
import { LoadError, openTaskLoader } from './task-loader.js'

/** A task that a file in `tasks/` exports. */
export interface LoadedTask {
  /** `db.migrate`, of tasks/db.ts; `db`, if it is the default or called as the file. */
  readonly name: string
  /** The name of the export: `migrate`. */
  readonly short: string
  /** `tasks/db.ts` */
  readonly where: string
  readonly task: Task
}

// `uptime.ts`, `db.mjs`; not `types.d.ts`, `uptime.test.ts`
const taskFile = /^(?!.*\.(d|test)\.)[^.].*\.(ts|mts|js|mjs)$/

/** The tasks in code that stand beside deploy.yml: each export of `tasks/*.ts` that was made by `task()`. */
export async function loadTasks(base: string, cache: string): Promise<readonly LoadedTask[]> {
  const folder = join(base, 'tasks')
  const files = (await readdir(folder).catch(() => [])).filter((name) => taskFile.test(name)).sort()
  if (files.length === 0) return []
  const paths = files.map((file) => join(folder, file))
  try {
    const modules = await (await openTaskLoader(base, cache)).load(paths)
    return files.flatMap((file, i) => tasksIn(file, modules[i]!))
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    throw new VenvoyError(await failureToLoad(error.cause, base, relative(base, error.file)))
  }
}

function tasksIn(file: string, module: Record<string, unknown>): LoadedTask[] {
  const own = parse(file).name
  const where = `tasks/${file}`
  return Object.entries(module).flatMap(([short, task]) => {
    if (!isTask(task)) return []
    if (short === 'default' || short === own) return [{ name: own, short: own, where, task }]
    return [{ name: own === 'index' ? short : `${own}.${short}`, short, where, task }]
  })
}

const isTask = (value: unknown): value is Task =>
  typeof value === 'object' &&
  value !== null &&
  'description' in value &&
  'params' in value &&
  'run' in value &&
  typeof value.run === 'function'
