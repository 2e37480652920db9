import { createJson } from './json.js'
import { createLines } from './lines.js'
import { createLive } from './live.js'
import { createRaw } from './raw.js'
import type { Renderer, RenderOptions } from './renderer.js'

/** The one place that knows all views. */
export function createRenderer(options: RenderOptions): Renderer {
  const create = { live: createLive, lines: createLines, json: createJson, raw: createRaw }
  return create[options.kind](options)
}
