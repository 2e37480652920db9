import type { RunEvent } from '../../../src/events.js'
import { createRenderer } from '../../../src/render/create-renderer.js'
import type { RenderOptions } from '../../../src/render/renderer.js'
import { Recorded } from './sinks.js'

/** 2026-01-02 03:04:05 UTC. */
const someTime = Date.UTC(2026, 0, 2, 3, 4, 5)

export function optionsWith(changes: Partial<RenderOptions>): RenderOptions {
  const sinks = { stdout: new Recorded(), stderr: new Recorded() }
  const size = { columns: () => 0, rows: () => 0 }
  return {
    kind: 'lines',
    ...sinks,
    color: false,
    ...size,
    verbosity: 0,
    now: () => someTime,
    stream: false,
    fold: false,
    ...changes,
  }
}

/** What a list of events makes a renderer write. */
export async function rendered(events: readonly RunEvent[], changes: Partial<RenderOptions> = {}) {
  const stdout = new Recorded()
  const stderr = new Recorded()
  const renderer = await createRenderer(optionsWith({ ...changes, stdout, stderr }))
  for (const event of events) renderer.emit(event)
  await renderer.end()
  return { stdout, stderr }
}

/** The same with both streams in one place, as a build log has them. */
export async function renderedTogether(events: readonly RunEvent[], changes: Partial<RenderOptions>): Promise<string> {
  const log = new Recorded()
  const renderer = await createRenderer(optionsWith({ ...changes, stdout: log, stderr: log }))
  for (const event of events) renderer.emit(event)
  await renderer.end()
  return log.text
}
