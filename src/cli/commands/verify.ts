import type { InstanceSpec } from '../../config/spec.js'
import { worstExitCode } from '../../errors.js'
import type { TargetResult } from '../../events.js'
import { compareContents, describeVerified, failureOf, verifyColumns } from '../../plan/verify.js'
import { emitEnd } from '../../run/hosts.js'
import type { Run } from '../../run/run.js'
import { type Verification, verifyOn } from '../../run/verify.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { loadConfig } from '../load.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import { targetOf, targetsOf } from '../targets.js'
import type { World } from '../world.js'

/** `venvoy verify`: each instance's release and venv against what was written down when they were made, file by file. */
export async function verify(world: World, names: readonly string[], options: Options): Promise<number> {
  const { config, notes } = await loadConfig(world, options)
  const specs = await chooseInstances(world, config, names, options, 'read')
  let differ = false
  const settings = {
    command: 'verify',
    options,
    selection: targetsOf(specs),
    hosts: config.hosts,
    notes,
    again: againWith('verify', options),
    exitCode: (ofResults: number) => worstExitCode([ofResults, differ ? 6 : 0]),
  }
  return startRun(world, settings, async (run) => {
    const began = run.now()
    const verification = await verifyOn(run, specs)
    tell(run, specs, verification)
    differ = compare(run, specs, verification)
    const ended = specs.flatMap((spec) => resultOf(run, spec, verification, run.now() - began))
    const failed = verification.results.filter(({ outcome }) => outcome !== 'ok')
    return [...ended, ...failed]
  })
}

function tell(run: Run, specs: readonly InstanceSpec[], verification: Verification): void {
  const rows = specs.flatMap((spec) => {
    const facts = verification.factsOf(spec)
    const isAnswered = verification.results.some(({ host, outcome }) => host === spec.host.name && outcome === 'ok')
    return facts === undefined || !isAnswered ? [] : [describeVerified(spec, facts, verification.of(spec))]
  })
  if (rows.length > 0) run.emit({ type: 'run:table', columns: [...verifyColumns], rows })
  for (const [host, lines] of notesByHost(specs, verification))
    for (const text of lines) run.emit({ type: 'run:note', level: 'warning', host, text })
}

/** Instances on shared packages say the same of them. */
function notesByHost(specs: readonly InstanceSpec[], verification: Verification): Map<string, Set<string>> {
  const notes = new Map<string, Set<string>>()
  for (const spec of specs)
    for (const text of verification.of(spec)?.notes ?? [])
      notes.set(spec.host.name, (notes.get(spec.host.name) ?? new Set()).add(text))
  return notes
}

/** Whether packages that should be the same on several hosts are not. */
function compare(run: Run, specs: readonly InstanceSpec[], verification: Verification): boolean {
  const all = specs.flatMap((spec) => {
    const verified = verification.of(spec)
    return verified === undefined ? [] : [{ spec, verified }]
  })
  const { same, differ } = compareContents(all)
  for (const text of same) run.emit({ type: 'run:note', level: 'info', text })
  for (const text of differ) run.emit({ type: 'run:note', level: 'warning', text })
  return differ.length > 0
}

function resultOf(run: Run, spec: InstanceSpec, verification: Verification, ms: number): TargetResult[] {
  const facts = verification.factsOf(spec)
  if (
    facts === undefined ||
    verification.results.some(({ host, outcome }) => host === spec.host.name && outcome !== 'ok')
  )
    return []
  const verified = verification.of(spec)
  const target = targetOf(spec)
  if (verified !== undefined) {
    const { files, packages, content, fingerprint, drift } = verified
    run.emit({
      ...{ type: 'instance:verified', ...target, files, packages, drift },
      ...(content !== null && { content }),
      ...(fingerprint !== null && { fingerprint }),
    })
  }
  const failure = failureOf(spec, facts, verified)
  const outcome = failure === undefined ? 'ok' : 'failed'
  return [emitEnd(run, { ...target, outcome, ...(failure && { failure }), steps: 1, ms })]
}
