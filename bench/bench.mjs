import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { join } from 'node:path'
import { behindJump } from './figures/behind.mjs'
import { commands } from './figures/commands.mjs'
import { fetch } from './figures/fetch.mjs'
import { files } from './figures/files.mjs'
import { fleet } from './figures/fleet.mjs'
import { instances } from './figures/instances.mjs'
import { live } from './figures/live.mjs'
import { noOpDeploy } from './figures/no-op.mjs'
import { startUp } from './figures/start-up.mjs'
import { onTrue } from './figures/true.mjs'
import { freshVenv } from './figures/venv.mjs'
import { venvByUv } from './figures/venv-uv.mjs'
import { verify } from './figures/verify.mjs'
import { openLab } from './lab.mjs'
import { cacheFolder } from './peers/install.mjs'
import { openPeers } from './peers/peers.mjs'
import { describeProfile, profiling } from './profile.mjs'
import { missedGoals, tableOf } from './report.mjs'

const figures = {
  'start-up': startUp,
  true: onTrue,
  commands,
  behind: behindJump,
  'no-op': noOpDeploy,
  venv: freshVenv,
  'venv-uv': venvByUv,
  instances,
  verify,
  files,
  fetch,
  live,
  fleet,
}

/** The names of the figures, in the order in which they are taken. */
export const figureNames = Object.keys(figures)

/** What takes minutes however few the runs are, and is left out of a quick run unless it is named. */
export const longFigures = ['venv-uv', 'instances', 'fleet']

/** Sets up the lab, takes the figures and prints their tables as they come. */
export async function runFigures(names, { runs, isQuick, peers: wanted, isProfiled, isSaved }) {
  const machine = describeMachine()
  say(`${Object.values(machine).join(' · ')}\nload before: ${load()}, ${runs} runs each\n`)
  const lab = await openLab()
  closeOnSignals(lab)
  const results = {}
  try {
    const peers = await openPeers(lab, wanted)
    say(`peers, from ${cacheFolder}: ${peers.peers.map(({ name }) => name).join(', ') || 'none'}\n`)
    for (const { name, why } of peers.leftOut) say(`left out: ${name}: ${why}\n`)
    for (const name of names) {
      const began = performance.now()
      const { title, figure, works = {} } = figures[name]
      say(`\n${name}: ${title}\n`)
      const tables = await figure(lab, { runs, isQuick, peers, report: (table) => say(tableOf(table)) })
      results[name] = { title, tables }
      const isShort = tables.some(({ rows }) => rows.some(({ isReached }) => isReached === false))
      if (isProfiled || (isShort && !isQuick)) for (const work of Object.entries(works)) await profile(lab, ...work)
      say(`  (${Math.round((performance.now() - began) / 1000)} s)\n`)
    }
  } finally {
    await lab.closeLab()
  }
  say(`\nload after: ${load()}\n${missedGoals(results)}`)
  if (isSaved) save({ at: new Date().toISOString(), machine, runs, load: loadavg(), results })
}

const say = (text) => process.stdout.write(text)

/** A second signal, ours or the user's, finds nobody who waits for it any more. */
function closeOnSignals(lab) {
  const leave = (signal) => lab.closeLab().finally(() => process.kill(process.pid, signal))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, leave)
  // The reader of a pipe has gone: `npm run bench | head`.
  process.stdout.on('error', () => leave('SIGTERM'))
}

/** One more run of a work, after the figure's, with its profile. */
async function profile(lab, what, work) {
  const folder = mkdtempSync(join(lab.folder, 'profile-'))
  await work(lab, { node: profiling(folder) })
  say(`\n  profile: ${what}\n${describeProfile(folder)}`)
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
  say(`bench/results/${name}\n`)
}
