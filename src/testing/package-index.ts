import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import querystring from 'node:querystring'
import { buildWheel, type WheelSpec, wheelFilename } from './wheel.js'

export interface PackageIndexOptions {
  /** The loopback address to listen on; default 127.0.0.1. */
  readonly address?: string
  /** Default: a free one. */
  readonly port?: number
  /** More files by name, for whatever pip makes of them. */
  readonly files?: Readonly<Record<string, Uint8Array>>
}

export interface PackageIndex {
  /** What `pip install --index-url` wants. */
  readonly url: string
  /** What was asked for so far, in order: `GET /simple/greeting/`. */
  requests(): readonly string[]
  stop(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

const page = { 'content-type': 'text/html; charset=utf-8' }
const notFound: Answer = { status: 404, headers: page, body: 'not found\n' }

/** Serves wheels as a package index (PEP 503) on a loopback port, for tests and for the demo. */
export async function startPackageIndex(
  wheels: readonly WheelSpec[],
  options: PackageIndexOptions = {},
): Promise<PackageIndex> {
  const files = new Map(Object.entries(options.files ?? {}))
  for (const wheel of wheels) files.set(wheelFilename(wheel), buildWheel(wheel))

  const requests: string[] = []
  const server = createServer(({ method, url = '/' }, response) => {
    requests.push(`${method} ${url}`)
    const { status, headers, body } = answer(files, url)
    response.writeHead(status, headers).end(body)
  })
  server.listen(options.port ?? 0, options.address ?? '127.0.0.1')
  await once(server, 'listening')
  // A forgotten index must not keep the program that embeds it from ending.
  server.unref()
  const { address, port } = server.address() as AddressInfo

  return {
    url: `http://${address}:${port}/simple/`,
    requests: () => [...requests],
    async stop() {
      server.ref().close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** `/simple/`, `/simple/greeting/` or `/files/greeting-1.0-py2.py3-none-any.whl`. */
function answer(files: ReadonlyMap<string, Uint8Array>, url: string): Answer {
  const [, place, name, ...rest] = url.split('/').map((part) => querystring.unescape(part))
  if (place === 'files' && name !== undefined) return fileAnswer(files.get(name))
  if (place !== 'simple' || name === undefined) return notFound
  if (name === '')
    return listPage([...new Set([...files.keys()].map(projectOf))].map((project) => [`${project}/`, project]))
  if (rest[0] !== '' || name !== normalized(name)) return movedTo(`/simple/${normalized(name)}/`)
  const own = [...files].filter(([file]) => projectOf(file) === name)
  return own.length === 0 ? notFound : listPage(own.map(([file, content]) => [fileLink(file, content), file]))
}

function fileAnswer(content: Uint8Array | undefined): Answer {
  return content === undefined
    ? notFound
    : { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: content }
}

function movedTo(location: string): Answer {
  return { status: 301, headers: { location }, body: '' }
}

function listPage(links: readonly (readonly [href: string, text: string])[]): Answer {
  const anchors = links.map(([href, text]) => `<a href="${href}">${text}</a><br>`)
  return { status: 200, headers: page, body: ['<!DOCTYPE html>', ...anchors, ''].join('\n') }
}

function fileLink(file: string, content: Uint8Array): string {
  return `/files/${encodeURIComponent(file)}#sha256=${createHash('sha256').update(content).digest('hex')}`
}

/** `my_package-1.0-py3-none-any.whl` → `my-package` */
function projectOf(file: string): string {
  return normalized(file.split('-')[0] ?? file)
}

/** `My_Package` → `my-package` (PEP 503) */
function normalized(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase()
}
