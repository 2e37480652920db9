// CommonJS starts faster than ES modules do, and its files can be compiled by what V8 made of them before (src/cli/code-cache.ts).
// esbuild splits shared code out of ES modules only: so it bundles those, and each file is then put into CommonJS.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { transform } from 'esbuild'

/**
 * Puts the .js files of a bundle into CommonJS, as .cjs beside where they were. Returns the new path of each old one, both
 * relative to `folder`.
 */
export async function asCommonJs(folder, paths) {
  writeFileSync(join(folder, 'import.cjs'), 'module.exports = (name) => import(name)\n')
  const renamed = new Map(paths.map((path) => [path, path.replace(/\.js$/, '.cjs')]))
  const names = new Set(paths.map((path) => basename(path, '.js')))
  for (const [path, to] of renamed) {
    const text = readFileSync(join(folder, path), 'utf8')
    const { code } = await transform(importsRenamed(text, names), {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minifySyntax: true,
      minifyWhitespace: true,
      define: { 'import.meta.url': 'chunkUrl' },
    })
    const isAsked = code.includes('chunkUrl')
    const whole = `${isAsked ? 'const chunkUrl=require("node:url").pathToFileURL(__filename).href;' : ''}${lazyRequires(code)}`
    // They are read as latin1, which is faster.
    if (/\P{ASCII}/u.test(whole)) throw new Error(`${path} is not ASCII`)
    writeFileSync(join(folder, to), whole)
    rmSync(join(folder, path))
  }
  return renamed
}

/** `from"./chunk-ABC.js"`, `import("./chunk-ABC.js")`: names with a hash, which no text says by chance. */
const importsRenamed = (text, names) =>
  text.replace(/"\.\/([\w-]+)\.js"/g, (all, name) => (names.has(name) ? `"./${name}.cjs"` : all))

/**
 * Our own files by `require` even when they are wanted later. Those of others and of users may be ES modules: they are imported by
 * a file that Node compiles itself, as what is compiled from a cache cannot do that on every Node. Not `jiti.import(file)`.
 */
const lazyRequires = (code) =>
  code
    .replace(/\bimport\(("\.[^"]+\.cjs")\)/g, 'Promise.resolve().then(()=>require($1))')
    .replace(/(?<![.\w$])import\(/g, 'require("../import.cjs")(')

/** An ES module that gives on what a file in CommonJS exports. */
export function writeFacade(folder, path, target, names) {
  const to = relative(dirname(path), target)
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), `export { ${names.join(', ')} } from '${to.startsWith('.') ? to : `./${to}`}'\n`)
}
