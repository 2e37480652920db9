import { createHash } from 'node:crypto'
import { storedZip, type ZipEntry } from './stored-zip.js'

/** A pure Python package, as small as one likes. */
export interface WheelSpec {
  readonly name: string
  readonly version: string
  /** Files by path: `{ 'greeting.py': 'text = "hello"' }`. */
  readonly modules: Readonly<Record<string, string>>
  /** What it needs, as pip reads it: `flask>=3`. */
  readonly requires?: readonly string[]
  /** Console scripts: `{ greet: 'greeting:main' }`. */
  readonly scripts?: Readonly<Record<string, string>>
  /** `>=3.8`; default: any. */
  readonly requiresPython?: string
}

/** The name that a wheel must have: `my_package-1.0-py2.py3-none-any.whl`. */
export function wheelFilename({ name, version }: WheelSpec): string {
  return `${folderName(name)}-${version}-py2.py3-none-any.whl`
}

/** Builds a wheel for any Python; the same spec gives the same bytes. */
export function buildWheel(spec: WheelSpec): Uint8Array {
  const info = `${folderName(spec.name)}-${spec.version}.dist-info`
  const files = {
    ...spec.modules,
    [`${info}/METADATA`]: metadata(spec),
    [`${info}/WHEEL`]:
      'Wheel-Version: 1.0\nGenerator: venvoy\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n',
    ...(spec.scripts === undefined ? {} : { [`${info}/entry_points.txt`]: entryPoints(spec.scripts) }),
  }
  const entries = Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) }))
  const record = { path: `${info}/RECORD`, content: Buffer.from(recordOf(entries, `${info}/RECORD`)) }
  return storedZip([...entries, record])
}

function metadata({ name, version, requires = [], requiresPython }: WheelSpec): string {
  return [
    ...['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`],
    ...(requiresPython === undefined ? [] : [`Requires-Python: ${requiresPython}`]),
    ...requires.map((requirement) => `Requires-Dist: ${requirement}`),
    '',
  ].join('\n')
}

function entryPoints(scripts: Readonly<Record<string, string>>): string {
  return ['[console_scripts]', ...Object.entries(scripts).map(([name, target]) => `${name} = ${target}`), ''].join('\n')
}

/** Every file with its hash and size; the list itself has none. */
function recordOf(entries: readonly ZipEntry[], self: string): string {
  const lines = entries.map(({ path, content }) => {
    const hash = createHash('sha256').update(content).digest('base64url')
    return `${path},sha256=${hash},${content.length}`
  })
  return [...lines, `${self},,`, ''].join('\n')
}

/** `My-Package` → `my_package`, as the wheel format wants it. */
function folderName(name: string): string {
  return name.replace(/[-_.]+/g, '_').toLowerCase()
}
