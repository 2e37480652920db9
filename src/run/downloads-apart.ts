import { VenvoyError } from '../errors.js'
import { nameOf, placeOf } from './run.js'
import type { TargetSteps } from './target-steps.js'

/** Throws a VenvoyError where two targets would write the same file here. */
export function assertApart(targets: readonly TargetSteps[]): void {
  const taken = new Map<string, string>()
  for (const { host, instance, steps } of targets) {
    const name = nameOf(placeOf(host.name, instance))
    for (const step of steps) {
      if (step.kind !== 'file' || step.root === undefined || step.work.kind !== 'download') continue
      const other = taken.get(step.root)
      if (other !== undefined && other !== name) throw clash(step.title, [other, name], instance !== undefined)
      taken.set(step.root, name)
    }
  }
}

const clash = (title: string, names: readonly string[], hasInstance: boolean) =>
  new VenvoyError({
    kind: 'config',
    where: title,
    what: `${names.join(' and ')} would write the same path here`,
    next: `put ${hasInstance ? '{{ instance }} or {{ host }}' : '{{ host }}'} into to:`,
  })
