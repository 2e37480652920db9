import { expect } from 'vitest'
import { describeDiagnostics } from '../../src/config/diagnostic.js'
import { readConfig } from '../../src/config/read.js'

/** Secrets that begin with BLOG_ are set, others are not. */
export const env = (name: string) => (name.startsWith('BLOG_') ? `value of ${name}` : undefined)

/** What a right deploy.yml says, with its notes. */
export function read(text: string, more: { overlay?: string; sets?: readonly string[] } = {}) {
  const { overlay, sets } = more
  const texts = {
    file: 'deploy.yml',
    text,
    ...(overlay === undefined ? {} : { overlay: { file: 'deploy.local.yml', text: overlay } }),
    ...(sets === undefined ? {} : { sets }),
  }
  const { config, diagnostics, notes } = readConfig(texts, { env })
  expect(describeDiagnostics(diagnostics)).toBe('')
  return { ...config!, notes }
}

/** A file with one instance, `staging` on web1, that says this of itself. */
export const withInstance = (own: string, top = '') =>
  `project: blog\n${top}\nhosts: { web1: web1.example.com }\ninstances: { staging: { hosts: [web1], ${own} } }\n`
