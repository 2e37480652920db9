import { randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import pkg from '../../../package.json' with { type: 'json' }
import type { HostSpec, InstanceSpec } from '../../config/spec.js'
import { VenvoyError } from '../../errors.js'
import { noQuestion } from '../../facts/probe.js'
import { questionAbout } from '../../facts/question.js'
import { type InventoryWork, inventory } from '../../operations/inventory.js'
import { sbom } from '../../plan/sbom.js'
import { askHelpers, type HelperAnswers } from '../../run/ask-helper.js'
import type { Run } from '../../run/run.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { loadConfig } from '../load.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import { targetsOf } from '../targets.js'
import type { World } from '../world.js'

export interface SbomOptions extends Options {
  /** A file, or a folder where there are several instances. */
  readonly output?: string
  /** Whether the document gets a number of its own. */
  readonly serialNumber?: boolean
}

/** `venvoy venv sbom`: what is installed in the venvs of instances, as CycloneDX. */
export async function writeSbom(world: World, names: readonly string[], options: SbomOptions): Promise<number> {
  const { config, notes } = await loadConfig(world, options)
  const specs = await chooseInstances(world, config, names, options, 'read')
  checkOutput(specs, options)
  const settings = {
    command: 'venv sbom',
    options,
    selection: targetsOf(specs),
    hosts: config.hosts,
    notes,
    again: againWith('venv sbom', options),
  }
  const texts: string[] = []
  const code = await startRun(world, settings, async (run) => {
    const { works, answers } = await takeInventories(run, specs)
    for (const work of works) {
      const told = answers.events.get(work.step)?.find((event) => event.event === 'inventory')
      if (told === undefined) continue
      const serial = options.serialNumber ? { serialNumber: `urn:uuid:${randomUUID()}` } : {}
      const text = sbom(work.spec, { ...told, receipt: work.receipt }, { version: pkg.version, ...serial })
      if (options.output === undefined) texts.push(text)
      else await write(run, fileOf(world, specs, work, options.output), text)
    }
    return answers.results
  })
  for (const text of texts) world.stdout.write(text)
  return code
}

async function takeInventories(
  run: Run,
  specs: readonly InstanceSpec[],
): Promise<{ readonly works: readonly InventoryWork[]; readonly answers: HelperAnswers }> {
  const hosts = [...new Set(specs.map(({ host }) => host))]
  const specsOf = (host: HostSpec) => specs.filter((spec) => spec.host === host)
  const works: InventoryWork[] = []
  const answers = await askHelpers(
    run,
    hosts,
    (host) => ({ ...noQuestion, instances: specsOf(host).map((spec) => questionAbout(spec, '')) }),
    (probed) => {
      for (const { host, facts } of probed) works.push(...specsOf(host).map((spec) => inventory(spec, facts)))
      return new Map(
        hosts.map((host) => [host, works.filter(({ spec }) => spec.host === host).map(({ step }) => step)]),
      )
    },
  )
  return { works, answers }
}

/** A document is about one venv, and what is printed is one document. */
function checkOutput(specs: readonly InstanceSpec[], { output, json }: SbomOptions): void {
  if (output !== undefined || (specs.length === 1 && !json)) return
  throw new VenvoyError({
    kind: 'config',
    what: json ? 'with --json, stdout is for events' : `there would be ${specs.length} documents on stdout`,
    next: specs.length === 1 ? '--output FILE' : 'name one instance and one host, or give --output FOLDER',
  })
}

/** With several instances the output is a folder; each file is named for what it is about. */
function fileOf({ cwd }: World, specs: readonly InstanceSpec[], { spec }: InventoryWork, output: string): string {
  const file = resolve(cwd, output)
  return specs.length === 1 ? file : join(file, `${spec.name}@${spec.host.name}.cdx.json`)
}

async function write(run: Run, file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.venvoy`
  await writeFile(draft, text)
  await rename(draft, file)
  run.emit({ type: 'run:note', level: 'info', text: `${file} is written` })
}
