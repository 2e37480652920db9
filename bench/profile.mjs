import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const most = 12

/** Node's options that make it write a profile of its own CPU into a folder. */
export const profiling = (folder) => ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', folder]

/** Where a run's time went by the profile in that folder: by package or chunk, and the functions that took most. */
export function describeProfile(folder) {
  const [file] = readdirSync(folder)
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const own = new Map()
  for (const [index, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + timeDeltas[index] / 1000)
  const places = new Map()
  const functions = new Map()
  for (const { id, callFrame } of nodes) {
    const ms = own.get(id) ?? 0
    if (callFrame.functionName === '(idle)') continue
    add(places, placeOf(callFrame), ms)
    add(functions, `${callFrame.functionName || '(top level)'}  ${shortUrl(callFrame)}`, ms)
  }
  return ['  by place', ...largest(places), '  by function', ...largest(functions), ''].join('\n')
}

const add = (sums, name, ms) => sums.set(name, (sums.get(name) ?? 0) + ms)

const largest = (sums) =>
  [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([name, ms]) => `    ${ms.toFixed(1).padStart(7)} ms  ${name}`)

/** `…/node_modules/@scope/name/x.js` → `@scope/name`; ours by chunk; Node's own by module. */
function placeOf(callFrame) {
  const { functionName, url } = callFrame
  if (url === '') return functionName
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
  return name ?? shortUrl(callFrame, false)
}

function shortUrl({ url, lineNumber }, withLine = true) {
  const short = url.replace(/^.*\/(?=node_modules\/|dist\/)/, '')
  return withLine && url !== '' ? `${short}:${lineNumber + 1}` : short
}
