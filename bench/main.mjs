// The figures that venvoy is held to, each against its reference in the same run. bench/README.md says what they mean.
//   npm run bench [-- NAME…] [--runs N] [--quick] [--profile] [--save]
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { commands } from './figures/commands.mjs'
import { counts } from './figures/counts.mjs'
import { instances } from './figures/instances.mjs'
import { live } from './figures/live.mjs'
import { noOpDeploy } from './figures/no-op.mjs'
import { startUp } from './figures/start-up.mjs'
import { onTrue } from './figures/true.mjs'
import { freshVenv } from './figures/venv.mjs'
import { venvByUv } from './figures/venv-uv.mjs'
import { verify } from './figures/verify.mjs'
import { openLab } from './lab.mjs'
import { describeProfile, profiling } from './profile.mjs'
import { tableOf } from './report.mjs'
import { canTrace } from './sshd.mjs'

const figures = {
  counts,
  'start-up': startUp,
  true: onTrue,
  commands,
  'no-op': noOpDeploy,
  venv: freshVenv,
  'venv-uv': venvByUv,
  instances,
  verify,
  live,
}
const usage = `npm run bench [-- NAME…] [--runs N] [--quick] [--profile] [--save]\nfigures: ${Object.keys(figures).join(' ')}\n`

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const names = positionals.length > 0 ? positionals : Object.keys(figures)
const unknown = names.filter((name) => !Object.hasOwn(figures, name))
const runs = Number(values.runs ?? (values.quick ? 3 : 10))

if (values.help) process.stdout.write(usage)
else if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) fail(`${unknown.join(', ') || '--runs'}?\n${usage}`)
else await bench()

async function bench() {
  const machine = describeMachine()
  process.stdout.write(`${Object.values(machine).join(' · ')}\nload before: ${load()}, ${runs} runs each\n`)
  const lab = await openLab({ isTraced: names.includes('counts') && isTraceable() })
  // A second signal, ours or the user's, finds nobody who waits for it any more.
  const leave = (signal) => lab.closeLab().finally(() => process.kill(process.pid, signal))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, leave)
  // The reader of a pipe has gone: `npm run bench | head`.
  process.stdout.on('error', () => leave('SIGTERM'))
  const results = {}
  try {
    for (const name of names) {
      const { title, figure, works = {} } = figures[name]
      const rows = await figure(lab, { runs, isQuick: values.quick })
      results[name] = { title, rows }
      process.stdout.write(tableOf(`${name}: ${title}`, rows))
      if (values.profile) for (const [what, work] of Object.entries(works)) await profile(lab, what, work)
    }
  } finally {
    await lab.closeLab()
  }
  process.stdout.write(`\nload after: ${load()}\n`)
  if (values.save) save({ at: new Date().toISOString(), machine, runs, load: loadavg(), results })
}

/** One more run of a work, after the figure's, with its profile. */
async function profile(lab, what, work) {
  const folder = mkdtempSync(join(lab.folder, 'profile-'))
  await work(lab, profiling(folder))
  process.stdout.write(`\n  profile: ${what}\n${describeProfile(folder)}`)
}

function describeMachine() {
  const sshVersion = execFileSync('sh', ['-c', 'ssh -V 2>&1'], { encoding: 'utf8' })
  const [{ model }] = cpus()
  return {
    node: `node ${process.version}`,
    ssh: sshVersion.split(',')[0],
    system: `${process.platform} ${release()}`,
    cpu: `${cpus().length} × ${model.trim()}`,
  }
}

function isTraceable() {
  if (canTrace()) return true
  process.stdout.write('processes are not counted: there is no strace here, or it may not trace\n')
  return false
}

/** How many processes wanted to run in the last minute. */
function load() {
  return loadavg()[0].toFixed(1)
}

function save(result) {
  const folder = new URL('results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  // 2026-11-21T083412.json
  const name = `${result.at.slice(0, 19).replaceAll(':', '')}.json`
  writeFileSync(new URL(name, folder), `${JSON.stringify(result, null, 2)}\n`)
  process.stdout.write(`bench/results/${name}\n`)
}

function fail(text) {
  process.stderr.write(text)
  process.exitCode = 2
}
