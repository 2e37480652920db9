import type { Drift, ReleaseReceipt, VenvNote, VenvReceipt, WrapperReceipt } from './facts.js'
import type { LinkEntry, SwitchEntry } from './journal-entries.js'
import type { Hold, LockHolder } from './lock-facts.js'
import type { SettingsReceipt } from './service-facts.js'

/** A venv's receipt from its file's text; nothing where it is not one that this venvoy understands. */
export function readVenvReceipt(text: string | undefined): VenvReceipt | undefined {
  const value = readJson(text)
  const isWhole =
    value.v === 1 &&
    hasTexts(value, ['name', 'fingerprint', 'inputs', 'created']) &&
    hasTexts(asRecord(value.python), ['path', 'real', 'version', 'stamp']) &&
    Array.isArray(value.installed)
  return isWhole ? (value as unknown as VenvReceipt) : undefined
}

/** A release's receipt from its file's text; nothing where it is not one that this venvoy understands. */
export function readReleaseReceipt(text: string | undefined): ReleaseReceipt | undefined {
  const value = readJson(text)
  const isWhole =
    value.v === 1 &&
    Number.isSafeInteger(value.number) &&
    hasTexts(value, ['revision', 'digest', 'venv', 'fingerprint', 'created', 'by'])
  return isWhole ? (value as unknown as ReleaseReceipt) : undefined
}

/** The services of a release from their file's text. */
export function readSettings(text: string | undefined): SettingsReceipt | undefined {
  const value = readJson(text)
  const { services } = value
  const isWhole = value.v === 1 && typeof services === 'object' && services !== null
  return isWhole ? (value as unknown as SettingsReceipt) : undefined
}

/** The stamp of the interpreter that a base was built with, from its receipt. */
export function readBaseStamp(text: string | undefined): string | undefined {
  const value = readJson(text)
  const python = asRecord(value.python)
  return value.v === 1 && hasTexts(python, ['stamp']) && typeof value.content === 'string'
    ? String(python.stamp)
    : undefined
}

/** What `verify` noted beside a receipt. */
export function readDrift(text: string | undefined): Drift | undefined {
  const { what, count } = readJson(text)
  return typeof what === 'string' && typeof count === 'number' ? { what, count } : undefined
}

/** What was found since a venv was built, from its file's text. */
export function readVenvNote(text: string | undefined): VenvNote | undefined {
  const value = readJson(text)
  return value.v === 1 && hasTexts(value, ['inputs', 'stamp']) ? (value as unknown as VenvNote) : undefined
}

/** What a venv has for virtualenvwrapper, from its file's text. */
export function readWrapperReceipt(text: string | undefined): WrapperReceipt | undefined {
  const { digest, kept } = readJson(text)
  if (typeof digest !== 'string' || typeof kept !== 'string') return undefined
  return { digest, kept: kept.split(' ').filter((path) => path !== '') }
}

/** A line of an instance's journal; nothing where it is torn, or not one that this venvoy understands. */
export function readSwitch(line: string | undefined): SwitchEntry | undefined {
  const value = readJson(line)
  const isWhole =
    value.v === 1 &&
    Number.isSafeInteger(value.count) &&
    (value.from === null || Number.isSafeInteger(value.from)) &&
    Number.isSafeInteger(value.to) &&
    hasTexts(value, ['when', 'how', 'revision', 'venv', 'by'])
  return isWhole ? (value as unknown as SwitchEntry) : undefined
}

/** A line about the link of a venv without a release; nothing where it is torn, or not one that this venvoy understands. */
export function readTurn(line: string | undefined): LinkEntry | undefined {
  const value = readJson(line)
  const isWhole = value.v === 1 && hasTexts(value, ['when', 'how', 'venv', 'by'])
  return isWhole ? (value as unknown as LinkEntry) : undefined
}

/** Who has a deploy lock, from its file's text. */
export function readLock(text: string | undefined): LockHolder | undefined {
  const value = readJson(text)
  return hasTexts(value, ['by', 'command', 'since']) ? (value as unknown as LockHolder) : undefined
}

/** Who holds deploys, from the file's text. */
export function readHold(text: string | undefined): Hold | undefined {
  const value = readJson(text)
  return hasTexts(value, ['by', 'since']) ? (value as unknown as Hold) : undefined
}

function readJson(text: string | undefined): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(text ?? ''))
  } catch {
    return {}
  }
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const hasTexts = (value: Record<string, unknown>, keys: readonly string[]): boolean =>
  keys.every((key) => typeof value[key] === 'string')
