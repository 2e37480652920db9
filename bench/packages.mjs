import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'

/** An index that has these wheels, and the lines that lock them. */
export async function startIndex(wheels) {
  const { buildWheel, startPackageIndex } = await import(
    fileURLToPath(new URL('../dist/testing/index.js', import.meta.url))
  )
  const lines = wheels.map((wheel) => `${wheel.name}==1.0 --hash=sha256:${sha256(buildWheel(wheel))}\n`)
  return { index: await startPackageIndex(wheels), lock: lines.join('') }
}

/** The same with 42 packages of 130 MB and 8,000 files. */
export const bigPackages = () => startIndex(Array.from({ length: 42 }, (_, i) => wheelOf(`big${i}`)))

const sha256 = (data) => createHash('sha256').update(data).digest('hex')

/** 60 modules and 130 other files. */
function wheelOf(name) {
  const code = Array.from(
    { length: 200 },
    (_, i) => `def f${i}(a, b=${i}):\n    return [a, b, a * ${i}, "${'x'.repeat(30)}"]\n`,
  )
  const modules = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${name}/m${i}.py`, code.join('\n')]))
  const data = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`${name}/data/${i}.txt`, 'x'.repeat(16_000)]))
  return { name, version: '1.0', modules: { ...modules, ...data } }
}
