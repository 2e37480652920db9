import type { YAMLError, Document as YamlDocument } from 'yaml'
import { type Diagnostic, type Document, diagnose } from './diagnostic.js'

/** What to write instead, by the error's code. */
const sentences: Partial<Record<YAMLError['code'], readonly [message: string, hint?: string]>> = {
  TAB_AS_INDENT: ['a tab cannot indent in YAML', 'use spaces'],
  MULTIPLE_DOCS: ['a second document begins here; the file is one', 'take out the --- or ... line'],
  BLOCK_AS_IMPLICIT_KEY: ['": " begins a map in YAML', 'put quotes around the value'],
  BAD_SCALAR_START: ['text cannot begin with this character', 'put quotes around it'],
  BAD_ALIAS: ['* begins an alias in YAML', 'put quotes around the value'],
  BAD_INDENT: ['the indentation fits nothing above'],
  MISSING_CHAR: ['a quote or bracket is not closed'],
  MULTILINE_IMPLICIT_KEY: ['this is neither a key with its value nor the end of the value above', 'is a ":" missing?'],
  RESOURCE_EXHAUSTION: ['nested too deeply'],
}

/** What the YAML parser found. One sentence a line: after the first, it mostly stumbles over its own assumptions. */
export function describeYamlErrors(document: Document, yaml: YamlDocument): Diagnostic[] {
  const at = (start: number, end: number, message: string, hint?: string) =>
    diagnose({ document, start, end }, [], message, hint)
  if (yaml.directives?.yaml.version === '1.1') {
    const start = Math.max(0, document.text.search(/^%YAML/m))
    return [at(start, start + 9, 'YAML 1.1 reads `no` as false and 010 as 8; venvoy reads YAML 1.2', 'remove the line')]
  }
  // How deep is too deep depends on the stack, so no place is the right one.
  if (yaml.errors.some((error) => error.code === 'RESOURCE_EXHAUSTION')) return [at(0, 0, 'nested too deeply')]
  const errors = yaml.errors.map((error) => {
    const [start, end] = error.pos
    const [message, hint] = sentenceFor(error, document.text)
    return at(start, end, message, hint)
  })
  const warnings = yaml.warnings.map((warning) => {
    const tag = document.text.slice(...warning.pos)
    if (tag === '!secret') return at(...warning.pos, '!secret takes a name, or a map', '!secret NAME')
    return at(...warning.pos, `unknown tag ${tag}`, 'the only one is !secret NAME')
  })
  return [...onePerLine(errors), ...warnings]
}

function sentenceFor(error: YAMLError, text: string): readonly [message: string, hint?: string] {
  const lineStart = text.lastIndexOf('\n', error.pos[0] - 1) + 1
  const before = text.slice(lineStart, error.pos[0])
  if (/^(<{7}|={7}|>{7})/.test(text.slice(lineStart))) return ['a merge conflict that is not resolved']
  if (error.message.startsWith('Flow')) return ['a bracket before this is not closed']
  // `to: {{ base }}/blog`
  if (/[:[,-]\s*\{\{[^"']*$/.test(before)) return ['{ begins a map in YAML', 'put quotes around it: "{{ name }}"']
  // `{ web: serve {{ port }} }`
  if (text.startsWith('{{', error.pos[0]))
    return ['{ begins a map here', 'put quotes around the whole value: "serve {{ port }}"']
  // `run: "$HOME"/bin/x`
  if (error.code === 'UNEXPECTED_TOKEN' && /["']$/.test(before.trimEnd()))
    return ['text goes on after the closing quote', 'put the whole value in quotes: \'"$HOME"/bin\'']
  return sentences[error.code] ?? [error.message]
}

function onePerLine(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const lines = new Map<number, Diagnostic>()
  for (const diagnostic of diagnostics) if (!lines.has(diagnostic.line)) lines.set(diagnostic.line, diagnostic)
  return [...lines.values()]
}
