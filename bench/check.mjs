import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { compareCounts, describeCounts } from './counts.mjs'
import { openLab } from './lab.mjs'
import { canTrace } from './sshd.mjs'
import { deployOnce, makeClass, noOp, single, twenty } from './works.mjs'

const run = promisify(execFile)
const file = new URL('counts.json', import.meta.url)
/** Long enough for a loaded machine: what belongs to one answer must come within one way. */
const counted = { near: 0, counted: 100 }
/** A round trip too many can come from a pause of the machine, one too few cannot. */
const tries = 3

/** Compares what does not depend on the machine with what is recorded; gives the text, and whether nothing has grown. */
export async function check({ isUpdate }) {
  const recorded = JSON.parse(readFileSync(file, 'utf8'))
  const isTraced = canTrace()
  const lab = await openLab({ rtts: counted, manyHosts: 0, isTraced })
  try {
    const now = await countAll(lab, recorded)
    if (isUpdate) writeFileSync(file, `${JSON.stringify({ ...recorded, ...now }, null, 2)}\n`)
    const findings = compareCounts(isUpdate ? now : recorded, now)
    const note = isTraced ? '' : 'not counted: processes; there is no strace here, or it may not trace\n'
    return {
      text: describeCounts(findings) + note,
      isFine: findings.every(({ verdict }) => ['same', 'fewer'].includes(verdict)),
    }
  } finally {
    await lab.closeLab()
  }
}

async function countAll(lab, recorded) {
  await makeClass(lab)
  await deployOnce(lab, 'counted')
  const line = await countLine(lab, recorded['round trips'] ?? {})
  return { ...line, ...(lab.trace === undefined ? {} : await countProcesses(lab)), ...(await countModules(lab)) }
}

/** Round trips and bytes. */
async function countLine(lab, recorded) {
  const roundTrips = {}
  const bytes = {}
  for (const work of [single, twenty, noOp]) {
    for (const login of ['first login', 'fast login']) {
      const name = `${work.title}, ${login}`
      const least = await fewest(lab, work, login, recorded[name])
      roundTrips[name] = least.roundTrips
      if (login === 'fast login') bytes[`${work.title}, to the host`] = least.bytesToHost
      if (login === 'fast login') bytes[`${work.title}, from the host`] = least.bytesFromHost
    }
  }
  return { 'round trips': roundTrips, bytes }
}

async function fewest(lab, work, login, expected = 0) {
  let least
  for (let i = 0; i < tries && (least === undefined || least.roundTrips > expected); i++) {
    if (login === 'first login') lab.forgetLogins()
    lab.takeCounts('counted')
    await work.venvoy(lab, 'counted')
    const counts = lab.takeCounts('counted')
    if (least === undefined || counts.roundTrips < least.roundTrips) least = counts
  }
  return least
}

/** Those that are begun on the host beyond what sshd begins for a `true`. */
async function countProcesses(lab) {
  await deployOnce(lab, 'traced')
  const sshds = await begunBy(lab, () => single.reference(lab, 'traced'))
  const processes = {}
  for (const work of [single, twenty, noOp]) {
    processes[work.title] = (await begunBy(lab, () => work.venvoy(lab, 'traced'))) - sshds
  }
  return { processes }
}

async function begunBy(lab, run) {
  const before = begun(lab.trace)
  await run()
  // The session's processes end a moment after we were told.
  await sleep(300)
  return begun(lab.trace) - before
}

/** `4711 clone(child_stack=NULL, …) = 4712`, or its second half: `4711 <... clone resumed>, …) = 4712` */
const begun = (trace) => readFileSync(trace, 'utf8').match(/(fork|clone3?)\b.* = [1-9]\d*$/gm)?.length ?? 0

/** The files that Node loads before a command has done its work, and how big they are together. */
async function countModules(lab) {
  const modules = {}
  const kilobytes = {}
  for (const command of ['--version', 'list']) {
    const folder = mkdtempSync(join(lab.folder, 'coverage-'))
    await run(process.execPath, [lab.main, command], {
      cwd: join(lab.folder, 'one'),
      env: { ...lab.env, NODE_V8_COVERAGE: folder },
    })
    const files = loadedBy(folder)
    modules[command] = files.length
    kilobytes[command] = Math.round(files.reduce((sum, path) => sum + statSync(path).size, 0) / 1000)
  }
  return { modules, 'kilobytes of modules': kilobytes }
}

/** What the coverage that Node wrote names: `{ "result": [{ "url": "file:///…/main.js", … }] }` */
function loadedBy(folder) {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  const urls = texts.flatMap((text) => JSON.parse(text).result.map(({ url }) => url))
  return [...new Set(urls.filter((url) => url.startsWith('file:')))].map((url) => fileURLToPath(url))
}
