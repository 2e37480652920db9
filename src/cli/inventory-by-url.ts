import type { Headers } from '../config/inventory-headers.js'
import { VenvoyError } from '../errors.js'
import { maskOf } from '../render/mask.js'
import { quote } from '../shell/quote.js'
import type { World } from './world.js'

/** A server that takes longer is stuck. Milliseconds. */
const longest = 60_000

const mostBytes = 64 * 1024 * 1024

/** An address as it may be shown: what stands behind `?` may be a key. */
export const shownUrl = (url: string): string => url.replace(/[?#].*$/s, '')

/**
 * What a server answers, without the secrets that it was told. Throws a VenvoyError of kind `config`. Redirects are not followed:
 * nobody else is told them.
 */
export async function textByUrl({ signal }: World, url: string, headers: Headers): Promise<string> {
  const late = AbortSignal.timeout(longest)
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...plain(headers) },
      redirect: 'manual',
      signal: AbortSignal.any([signal, late]),
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw refused(url, response)
    }
    return masked(await bodyOf(url, response), headers)
  } catch (error) {
    if (error instanceof VenvoyError || signal.aborted) throw error
    if (late.aborted) throw trouble(url, `it took longer than ${longest / 1000} s`)
    const { message, cause } = error as Error
    // A header that HTTP does not take is told by its name alone.
    const why = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message
    throw trouble(url, 'no answer', masked(why, headers))
  }
}

async function bodyOf(url: string, { body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > mostBytes) throw trouble(url, `the answer is larger than ${mostBytes / 1024 / 1024} MB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const plain = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : value.value]),
  )

const masked = (text: string, headers: Headers): string =>
  maskOf(Object.values(headers).filter((value) => typeof value !== 'string'))(text)

function refused(url: string, { status, statusText, headers }: Response): VenvoyError {
  const place = headers.get('location')
  if (place !== null && status >= 300 && status < 400)
    return trouble(url, 'it sends us elsewhere, which is not followed', `to ${shownUrl(place)}`)
  const answer = `HTTP ${status} ${statusText}`.trim()
  if (status === 401 || status === 403)
    return trouble(url, 'it does not let us in', answer, 'headers: { Authorization: !secret NAME }')
  return trouble(url, 'it gives nothing', answer)
}

const trouble = (url: string, what: string, why?: string, next = `ask it by hand: curl -i ${quote(shownUrl(url))}`) =>
  new VenvoyError({
    kind: 'config',
    where: shownUrl(url),
    what: `the inventory cannot be fetched: ${what}`,
    ...(why !== undefined && { why: [why] }),
    next,
  })
