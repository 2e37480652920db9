// What the live view costs: many targets that each say something ten times a second. Run it in a terminal to see it at work;
// elsewhere it draws 50 lines of 120 columns into nothing. The figures go to stderr, or with --json to stdout as one line.
//   node bench/live.mjs [targets=200] [seconds=8] [--commands] [--json]
// --commands: what is printed is the user's: every two seconds all end a step, and what they printed is folded and stays on the
// screen. Otherwise it is the last lines of venvoy's own work.
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const goal = { cpuPercent: 5, lagMs: 20 }
const updatesPerSecond = 10
const lagResolution = 10
const stepTime = 2000

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { commands: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
})
const [targets = 200, seconds = 8] = positionals.map(Number)

const { createRenderer } = await loadRenderer()
const nothing = { emit() {}, end: async () => {} }
const idle = await measure(nothing)
const drawn = await measure(await createRenderer(options()))
const figures = {
  targets,
  updatesPerSecond,
  cpuPercent: round(drawn.cpuPercent),
  cpuPercentOfTheEventsAlone: round(idle.cpuPercent),
  lagMs: round(drawn.lagMs),
  lagMsOfTheEventsAlone: round(idle.lagMs),
  memoryMB: Math.round(process.memoryUsage().rss / 1e6),
  goal,
}
report(figures)

async function loadRenderer() {
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-bench-'))
  const outfile = join(folder, 'renderer.mjs')
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" }
  const entry = new URL('../src/render/create-renderer.ts', import.meta.url).pathname
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner,
    logLevel: 'error',
  })
  const loaded = await import(outfile)
  rmSync(folder, { recursive: true })
  return loaded
}

function options() {
  const { stdout } = process
  const nowhere = openSync('/dev/null', 'w')
  const sink = stdout.isTTY ? stdout : { write: (chunk) => writeSync(nowhere, chunk) }
  const size = stdout.isTTY ? [() => stdout.columns, () => stdout.rows] : [() => 120, () => 50]
  const [columns, rows] = size
  const rest = { color: true, verbosity: 0, stream: false, now: Date.now }
  return { kind: 'live', stdout: sink, stderr: process.stderr, columns, rows, ...rest }
}

/** Half a second to warm up, then CPU and the event loop's worst delay while the events come. */
async function measure(renderer) {
  const stop = begin(renderer)
  await sleep(500)
  const delay = monitorEventLoopDelay({ resolution: lagResolution })
  delay.enable()
  const before = process.cpuUsage()
  const began = performance.now()
  await sleep(seconds * 1000)
  const used = process.cpuUsage(before)
  const cpuPercent = (used.user + used.system) / 10 / (performance.now() - began)
  delay.disable()
  await stop()
  return { cpuPercent, lagMs: delay.max / 1e6 - lagResolution }
}

/** Every target begins a step and then prints a line ten times a second, each at its own time, with its name in every fifth. */
function begin(renderer) {
  const hosts = Array.from({ length: targets }, (_, index) => `web${index + 1}`)
  const own = !values.commands
  renderer.emit({ type: 'run:start', command: 'deploy', hosts, targets })
  let step = 1
  const lines = new Map()
  const title = 'build venv blog'
  const beginStep = () => {
    for (const host of hosts) renderer.emit({ type: 'step:start', host, step: String(step), title, own })
    lines.clear()
  }
  const nextStep = () => {
    for (const host of hosts)
      renderer.emit({ type: 'step:end', host, step: String(step), title, outcome: 'ok', code: 0, ms: stepTime })
    step += 1
    beginStep()
  }
  beginStep()
  const print = (host) => {
    const line = (lines.get(host) ?? 0) + 1
    lines.set(host, line)
    const data = Buffer.from(`Collecting package-${line} (from -r ${line % 5 === 0 ? host : 'requirements.txt'})\n`)
    renderer.emit({ type: 'step:output', host, step: String(step), stream: 'stdout', data })
  }
  const timers = hosts.map((host) =>
    setInterval(() => print(host), (1000 / updatesPerSecond) * (0.9 + Math.random() / 5)),
  )
  if (values.commands) timers.push(setInterval(nextStep, stepTime))
  return async () => {
    for (const timer of timers) clearInterval(timer)
    await renderer.end()
  }
}

function report(figures) {
  if (values.json) return process.stdout.write(`${JSON.stringify(figures)}\n`)
  const { cpuPercent, cpuPercentOfTheEventsAlone, lagMs, lagMsOfTheEventsAlone, memoryMB } = figures
  process.stderr.write(
    [
      `live view, ${targets} targets at ${updatesPerSecond} updates a second, ${seconds} s`,
      `  CPU   ${cpuPercent} % of a core, of which ${cpuPercentOfTheEventsAlone} % are the events alone (goal: ${goal.cpuPercent})`,
      `  lag   ${lagMs} ms at worst, ${lagMsOfTheEventsAlone} ms without the view (goal: ${goal.lagMs})`,
      `  memory  ${memoryMB} MB`,
      '',
    ].join('\n'),
  )
}

function sleep(ms) {
  return new Promise((done) => setTimeout(done, ms))
}

function round(value) {
  return Math.round(value * 10) / 10
}
