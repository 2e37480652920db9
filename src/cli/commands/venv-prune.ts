import type { InstanceSpec } from '../../config/spec.js'
import { VenvoyError } from '../../errors.js'
import { questionAbout } from '../../facts/question.js'
import { planPrune } from '../../plan/prune.js'
import type { Work } from '../../run/apply.js'
import { againWith } from '../again.js'
import { chooseHosts } from '../choose.js'
import { loadConfig } from '../load.js'
import type { Options } from '../options.js'
import { rollOut } from '../rollout.js'
import { startRun } from '../start-run.js'
import { hostTargets } from '../targets.js'
import type { World } from '../world.js'

/** `venvoy venv prune`: removes from the WORKON_HOMEs of hosts the venvs and packages that nothing points to. */
export async function prune(world: World, names: readonly string[], options: Options): Promise<number> {
  const { config, notes } = await loadConfig(world, options)
  const hosts = chooseHosts(config, { ...options, instance: [...(options.instance ?? []), ...names] })
  const dry = options.dryRun ?? false
  await confirmPruning(
    world,
    hosts.map(({ name }) => name),
    options,
  )
  const settings = {
    command: 'venv prune',
    options,
    selection: hostTargets(hosts),
    hosts: config.hosts,
    notes,
    secrets: config.secrets.values(),
    again: againWith('venv prune', options),
  }
  return startRun(world, settings, (run) => {
    const works = hosts.flatMap((host) =>
      homesOf(config.instances.filter((spec) => spec.host.name === host.name)).map(({ first, all }): Work => {
        const extent = { now: options.now ?? false, dry }
        return {
          host: first.host,
          instance: first.name,
          question: questionAbout(first, ''),
          plan: (facts) => planPrune([first, ...all], facts, extent),
        }
      }),
    )
    return rollOut(run, works, options, false)
  })
}

/** For each WORKON_HOME of a host one instance that has its venv there, and all that the host has: their releases count. */
function homesOf(specs: readonly InstanceSpec[]): { first: InstanceSpec; all: readonly InstanceSpec[] }[] {
  const firsts = new Map([...specs].reverse().map((spec) => [spec.venv.home, spec]))
  return [...firsts.values()].map((first) => ({ first, all: specs }))
}

async function confirmPruning(world: World, hosts: readonly string[], { yes, dryRun }: Options): Promise<void> {
  if (yes || dryRun) return
  const what = `all venvs of venvoy's that nothing points to, on ${hosts.join(', ')}`
  if (world.ask !== undefined && (await world.ask.confirm(`Remove ${what}?`))) return
  throw new VenvoyError({
    kind: 'config',
    what: `the removal of ${what} was not confirmed`,
    next: 'look first: venvoy venv prune --dry-run; then add --yes',
  })
}
