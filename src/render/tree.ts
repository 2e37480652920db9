import { Listr } from 'listr2'
import type { Row } from './rows.js'

/** What draws the tree while it runs. */
export interface TreeView {
  start(): void
  stop(): void
}

/**
 * The view of ours in listr2's terms. Its default one redraws all rows on every event, which at 20 rows starves the event loop that
 * the connections live on.
 */
class OwnRenderer {
  static readonly nonTTY = true
  static rendererOptions: { view: TreeView }
  static rendererTaskOptions: never
  readonly #view: TreeView

  constructor(_tasks: unknown, options: { view: TreeView }) {
    this.#view = options.view
  }

  render(): void {
    this.#view.start()
  }

  end(): void {
    this.#view.stop()
  }
}

/** Runs one listr2 task for each row until all have ended. listr2 controls nothing: the events settle the tasks. */
export async function runTree(rows: readonly Row[], view: TreeView): Promise<void> {
  const tasks = rows.map((row) => ({ title: row.name, task: () => row.ended }))
  const listr = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: OwnRenderer,
    rendererOptions: { view },
  })
  await listr.run()
}
