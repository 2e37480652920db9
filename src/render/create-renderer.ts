import type { Renderer, RenderOptions } from './renderer.js'

/** The one place that knows all views. Only the one that is wanted is loaded: a start waits for each file that is read. */
export async function createRenderer(options: RenderOptions): Promise<Renderer> {
  switch (options.kind) {
    case 'live':
      return (await import('./live.js')).createLive(options)
    case 'lines':
      return (await import('./lines.js')).createLines(options)
    case 'json':
      return (await import('./json.js')).createJson(options)
    case 'raw':
      return (await import('./raw.js')).createRaw(options)
  }
}
