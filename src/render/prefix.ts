import { clean } from './clean.js'
import type { Paint } from './color.js'
import type { EventOf } from './formatters.js'
import type { OpenStep } from './steps.js'
import { targetName, targetsOf } from './target.js'
import { displayWidth, pad } from './width.js'

/** Names are aligned up to this width; one long name must not push everything to the right. */
const widestName = 32

/** Says in front of each line of output where it comes from, aligned: `web1 | text`. */
export class OutputPrefix {
  readonly #paint: Paint
  readonly #color: boolean
  readonly #labels = new Map<string, string>()
  #width = 0

  constructor(paint: Paint, color: boolean) {
    this.#paint = paint
    this.#color = color
  }

  start(event: EventOf<'run:start'>): void {
    const widths = targetsOf(event).map((target) => displayWidth(targetName(target)))
    this.#width = Math.min(widestName, Math.max(0, ...widths))
  }

  line({ name, target }: Pick<OpenStep, 'name' | 'target'>, text: string): string {
    const label = this.#labels.get(name) ?? this.#label(name, target.host)
    const rest = clean(text, this.#color)
    return rest === '' ? label : `${label} ${rest}`
  }

  #label(name: string, host: string): string {
    const label = `${this.#paint.host(host, pad(name, this.#width))} ${this.#paint.dim('|')}`
    this.#labels.set(name, label)
    return label
  }
}
