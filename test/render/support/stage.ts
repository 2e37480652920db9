import { vi } from 'vitest'
import type { RunEvent } from '../../../src/events.js'
import { createLive } from '../../../src/render/live.js'
import type { Renderer, RenderOptions } from '../../../src/render/renderer.js'
import { optionsWith } from './render.js'
import { FakeTerminal } from './terminal.js'

/** A live view on a fake terminal. The test fakes the timers and ends the stage. */
export class Stage {
  readonly terminal: FakeTerminal
  readonly renderer: Renderer
  readonly #began = Date.now()

  constructor(columns: number, rows: number, changes: Partial<RenderOptions> = {}) {
    this.terminal = new FakeTerminal(columns, rows)
    const size = { columns: () => this.terminal.columns, rows: () => this.terminal.rows }
    const sinks = { stdout: this.terminal, stderr: this.terminal }
    const now = () => Date.now() - this.#began
    this.renderer = createLive(optionsWith({ kind: 'live', ...sinks, ...size, now, ...changes }))
  }

  /** The screen when the events have happened and so much time has gone by. */
  async after(events: readonly RunEvent[], ms = 100): Promise<string> {
    for (const event of events) this.renderer.emit(event)
    await vi.dynamicImportSettled()
    await vi.advanceTimersByTimeAsync(ms)
    return this.terminal.text
  }

  async ended(): Promise<string> {
    await this.renderer.end()
    return this.terminal.text
  }
}
