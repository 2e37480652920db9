import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { VenvoyError } from '../errors.js'
import { filenameOf, publicUrl } from '../lock/artifact.js'
import { authorization, type Login } from './login.js'

/** A package index (PEP 503, PEP 691), and what opens it. */
export interface PackageIndex {
  /** Without name and password. */
  readonly url: string
  readonly login: Login
}

/** A file that an index offers. */
export interface Offered {
  readonly filename: string
  readonly url: string
  /** SHA-256, hexadecimal, where the index says it. */
  readonly digest?: string
}

/** `https://ann:secret@index.example.com/simple/`, with the password apart. */
export function indexOf(written: string): PackageIndex {
  const { username, password } = new URL(written)
  const login = {
    ...(username !== '' && { user: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  }
  return { url: publicUrl(written).replace(/\/*$/, ''), login }
}

const accepted =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1, */*;q=0.01'

/** What an index offers of a package; undefined: it does not know the name. Throws a VenvoyError where it does not answer. */
export async function filesOf(
  index: PackageIndex,
  name: string,
  signal?: AbortSignal,
): Promise<readonly Offered[] | undefined> {
  const url = `${index.url}/${name}/`
  const response = await get(url, index.login, accepted, signal)
  if (response.status === 404) {
    await response.body?.cancel()
    return undefined
  }
  if (!response.ok) throw await refused(url, response)
  const text = await response.text()
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  return isJson ? inJson(text, response.url) : inHtml(text, response.url)
}

/** The bytes of a file. The password goes only to the index that it is for. Throws a VenvoyError where it cannot be had. */
export async function openFile(
  url: string,
  indexes: readonly PackageIndex[],
  signal?: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  const own = indexOf(url).login
  const plain = publicUrl(url)
  const origin = indexes.find((index) => new URL(index.url).origin === new URL(plain).origin)
  const login = own.user === undefined && own.password === undefined ? (origin?.login ?? {}) : own
  const response = await get(plain, login, '*/*', signal)
  if (!response.ok || response.body === null) throw await refused(plain, response)
  return Readable.fromWeb(response.body as ReadableStream)
}

async function get(url: string, login: Login, accept: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, { headers: { accept, ...authorization(login) }, ...(signal && { signal }) })
  } catch (error) {
    if (signal?.aborted) throw new VenvoyError({ kind: 'interrupted', what: 'interrupted' }, { cause: error })
    const { message, cause } = error as Error
    const why = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message
    throw new VenvoyError({ kind: 'unreachable', where: url, what: 'no answer', why: [why], next: `curl -fL ${url}` })
  }
}

async function refused(url: string, response: Response): Promise<VenvoyError> {
  await response.body?.cancel()
  const { status, statusText } = response
  const wantsLogin = status === 401 || status === 403
  return new VenvoyError({
    kind: 'unreachable',
    where: url,
    what: wantsLogin ? 'the index wants another name and password' : 'the index gives nothing there',
    why: [`HTTP ${status} ${statusText}`.trim()],
  })
}

/** PEP 691. */
function inJson(text: string, base: string): Offered[] {
  const { files = [] } = JSON.parse(text) as {
    files?: { filename: string; url: string; hashes?: Record<string, string> }[]
  }
  return files.map(({ filename, url, hashes }) => offered(filename, new URL(url, base).href, hashes?.sha256))
}

/** PEP 503: `<a href="../../files/x-1.0-py3-none-any.whl#sha256=0f3c…">`. */
function inHtml(text: string, base: string): Offered[] {
  const links = [...text.matchAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)]
  return links.flatMap(([, double, single]) => {
    const written = unescaped(double ?? single ?? '')
    if (!URL.canParse(written, base)) return []
    const { href, hash } = new URL(written, base)
    const url = href.replace(/#.*$/, '')
    // '#sha256=0f3c…'
    return [offered(filenameOf(url), url, /^#sha256=([0-9a-f]{64})/i.exec(hash)?.[1])]
  })
}

const offered = (filename: string, url: string, digest: string | undefined): Offered => ({
  filename,
  url,
  ...(digest !== undefined && { digest: digest.toLowerCase() }),
})

/** `&amp;` and `&#43;`: what stands in links. */
const unescaped = (text: string): string =>
  text
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
