import { deflateSync } from 'node:zlib'
import type { FileEvent } from './file-event.js'
import base from './helper/base.py'
import main from './helper/main.py'
import { helperParts, verifyingParts } from './helper-parts.js'
import { lazily, pythonProgram } from './python-program.js'
import type { Verified } from './verified.js'

/**
 * The program that does all file work of a deploy on a host, for Python 2.7 and 3.6 on, standard library only. It travels in an env
 * variable: below 90,000 bytes (Linux takes 128 KiB), ASCII. Its argument is the action, its input one JSON object on stdin. Lines on stdout that
 * begin with byte 0x1d are events (`HelperEvent`), everything else is for people. It exits with 0, with 1 after a failure
 * that it explained on stderr, or with 75 where another process holds a lock and waiting was not wanted.
 */
export const helperSource = lazily(() => programOf(helperParts))

/** The same for the action `verify`. */
export const verifySource = lazily(() => programOf(verifyingParts))

const programOf = (parts: Readonly<Record<string, string>>): string =>
  pythonProgram([base, `LATER = ${packed(parts)}\nload("always")`, main])

/** Parts by their names, deflated, base64: the program has little room. What JSON says of such text, Python reads alike. */
function packed(parts: Readonly<Record<string, string>>): string {
  const pack = (part: string) => deflateSync(`${pythonProgram([part])}\n`, { level: 9 }).toString('base64')
  return JSON.stringify(Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, pack(part)])))
}

/**
 * What the host says while an action runs. They come over a channel that user code writes to as well: check before use.
 * `phase`, `note`, `progress` and `missing` come in between, the others at the end of the action that they are named for.
 */
export type HelperEvent =
  | { readonly event: 'phase'; readonly text: string }
  | { readonly event: 'note'; readonly level: 'info' | 'warning'; readonly text: string }
  | Missing
  | { readonly event: 'progress'; readonly done: number; readonly total: number }
  | { readonly event: 'received'; readonly files: number; readonly bytes: number }
  | {
      readonly event: 'venv'
      readonly path: string
      readonly reused: boolean
      readonly installed: readonly (readonly [name: string, version: string])[]
    }
  | { readonly event: 'release'; readonly path: string }
  | { readonly event: 'switched'; readonly from: number | null; readonly to: number }
  | { readonly event: 'checked'; readonly path: string }
  | { readonly event: 'linked'; readonly path: string; readonly venv: string }
  | { readonly event: 'pruned'; readonly paths: readonly string[]; readonly dry: boolean }
  | { readonly event: 'noted'; readonly path: string }
  | { readonly event: 'wrapper'; readonly kept: readonly string[] }
  | {
      readonly event: 'inventory'
      /** The variables of PEP 508, as the venv's interpreter has them. */
      readonly markers: Readonly<Record<string, string>>
      readonly packages: readonly InstalledPackage[]
    }
  | { readonly event: 'services'; readonly names: readonly string[] }
  | { readonly event: 'removed'; readonly paths: readonly string[] }
  | Verified
  | {
      readonly event: 'resolved'
      /** `url` is empty for what came from the index. */
      readonly packages: readonly (readonly [
        name: string,
        version: string,
        filename: string,
        sha256: string,
        url: string,
      ])[]
      /** Pins that stood in the way. */
      readonly dropped: readonly string[]
    }
  | FileEvent

/** A package as its own metadata tells; the lists as often as the field stands there. */
export interface InstalledPackage {
  /** Normalised. */
  readonly name: string
  readonly version: string
  readonly license: readonly string[]
  /** License-Expression, SPDX. */
  readonly expression: readonly string[]
  readonly classifiers: readonly string[]
  /** Requires-Dist. */
  readonly requires: readonly string[]
  /** SHA-256 of the file that it was installed from, where that is known. */
  readonly digest?: string
}

/**
 * Indexes into `FilesHeader.blobs`; their bytes are expected next, in this order. Of those that `begun` names a part is there already,
 * with its size and SHA-256: a byte stands in front of these, `+` if only the rest follows, `-` if all of it does.
 */
export interface Missing {
  readonly event: 'missing'
  readonly indexes: readonly number[]
  readonly begun?: readonly (readonly [index: number, size: number, digest: string])[]
}

/**
 * For `files`, preceded by its length in bytes as eight hexadecimal digits. Behind it, on the same channel and only after
 * the event `missing`, the bytes of the missing blobs and nothing else: after a failure they are still read to their end,
 * so that the channel can be used again.
 */
export type FilesHeader = {
  readonly cache: string
  readonly blobs: readonly (readonly [digest: string, size: number])[]
}
