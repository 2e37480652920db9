import { VenvoyError } from '../errors.js'
import type { Marker } from './marker.js'
import { normalName } from './name.js'
import { parseMarker } from './parse-marker.js'

/** A requirement as PEP 508 writes it: `celery[redis]>=5; sys_platform == "linux"`. */
export interface Requirement {
  /** Normalised. */
  readonly name: string
  /** Normalised, sorted. */
  readonly extras: readonly string[]
  /** `>=5,<6`, without spaces; empty for any. */
  readonly specifier: string
  readonly url?: string
  readonly marker?: Marker
}

// 'Celery [redis,sqs] (>=5) ; …': name, extras, the rest
const head = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$/s

/** Reads a requirement. Throws a VenvoyError for what is none; `where` is where it stands. */
export function parseRequirement(text: string, where?: string): Requirement {
  const [, name, extras = '', rest = ''] = head.exec(text) ?? []
  if (name === undefined) throw notOne(text, where)
  const own = { name: normalName(name), extras: listOf(extras) }
  if (rest.startsWith('@')) {
    // 'https://example.com/x.whl ; marker': only white space ends a URL
    const [, url, marker] = /^@\s*(\S+)\s*(?:\s;\s*(.*))?$/s.exec(rest) ?? []
    if (url === undefined) throw notOne(text, where)
    return { ...own, specifier: '', url, ...(marker && { marker: parseMarker(marker, where) }) }
  }
  const [specifier = '', ...marker] = rest.split(';')
  // '(>=5, <6)' → '>=5,<6'
  const plain = specifier.replace(/^\s*\((.*)\)\s*$/s, '$1').replace(/\s+/g, '')
  if (plain !== '' && !/^(?:[=!<>~]=?=?[^,=!<>~]+,?)+$/.test(plain)) throw notOne(text, where)
  return {
    ...own,
    specifier: plain,
    ...(marker.length > 0 && { marker: parseMarker(marker.join(';'), where) }),
  }
}

const listOf = (extras: string): string[] =>
  extras
    .split(',')
    .map((extra) => normalName(extra.trim()))
    .filter((extra) => extra !== '')
    .sort()

const notOne = (text: string, where: string | undefined) =>
  new VenvoyError({ kind: 'config', ...(where !== undefined && { where }), what: `not a requirement: ${text.trim()}` })
