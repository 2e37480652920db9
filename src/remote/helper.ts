import { deflateSync } from 'node:zlib'
import type { FileEvent } from './file-event.js'
import action from './helper/action.py'
import base from './helper/base.py'
import bases from './helper/bases.py'
import creation from './helper/creation.py'
import deploylock from './helper/deploylock.py'
import digests from './helper/digests.py'
import disk from './helper/disk.py'
import drift from './helper/drift.py'
import fetch from './helper/fetch.py'
import files from './helper/files.py'
import hashing from './helper/hashing.py'
import health from './helper/health.py'
import home from './helper/home.py'
import installed from './helper/installed.py'
import inventory from './helper/inventory.py'
import journal from './helper/journal.py'
import layer from './helper/layer.py'
import lock from './helper/lock.py'
import main from './helper/main.py'
import manifest from './helper/manifest.py'
import needs from './helper/needs.py'
import noted from './helper/noted.py'
import packages from './helper/packages.py'
import pip from './helper/pip.py'
import processes from './helper/process.py'
import prune from './helper/prune.py'
import records from './helper/records.py'
import release from './helper/release.py'
import released from './helper/released.py'
import releases from './helper/releases.py'
import removal from './helper/removal.py'
import resolve from './helper/resolve.py'
import scripts from './helper/scripts.py'
import settings from './helper/settings.py'
import share from './helper/share.py'
import switchback from './helper/switchback.py'
import templates from './helper/templates.py'
import thin from './helper/thin.py'
import tree from './helper/tree.py'
import uv from './helper/uv.py'
import venv from './helper/venv.py'
import verify from './helper/verify.py'
import wrapper from './helper/wrapper.py'
import { lazily, pythonProgram } from './python-program.js'
import type { Verified } from './verified.js'

/** Loaded by the calls that need them, by these names; `always` by all. */
const later = {
  always: [disk, lock, processes, home, installed, scripts, venv, bases, thin, action].join('\n'),
  files,
  tree,
  release,
  pip,
  creation,
  layer,
  settings,
  hashing,
  manifest,
  records,
  packages,
  fetch,
  uv,
  resolve,
  prune,
  wrapper,
  journal,
  inventory,
  noted,
  releases,
  removal,
  share,
  deploylock,
  digests,
  switchback,
  templates,
  health,
}

/** Of the one action that goes by itself, `verify`: beside all that builds there is no room for it. */
const verifying = {
  ...{ always: later.always, hashing, manifest, records, wrapper, release, digests },
  verify: [drift, needs, verify, released].join('\n'),
}

/**
 * The program that does all file work of a deploy on a host, for Python 2.7 and 3.6 on, standard library only. It travels in an env
 * variable: below 60,000 bytes, ASCII. Its argument is the action, its input one JSON object on stdin. Lines on stdout that
 * begin with byte 0x1d are events (`HelperEvent`), everything else is for people. It exits with 0, with 1 after a failure
 * that it explained on stderr, or with 75 where another process holds a lock and waiting was not wanted.
 */
export const helperSource = lazily(() => programOf(later))

/** The same for the action `verify`. */
export const verifySource = lazily(() => programOf(verifying))

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
  /** Indexes into `FilesHeader.blobs`; their bytes are expected next, in this order. */
  | { readonly event: 'missing'; readonly indexes: readonly number[] }
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
 * For `files`, preceded by its length in bytes as eight hexadecimal digits. Behind it, on the same channel and only after
 * the event `missing`, the bytes of the missing blobs and nothing else: after a failure they are still read to their end,
 * so that the channel can be used again.
 */
export type FilesHeader = {
  readonly cache: string
  readonly blobs: readonly (readonly [digest: string, size: number])[]
}
