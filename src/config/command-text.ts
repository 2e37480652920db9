import { type Command, shell } from '../shell/command.js'
import type { Path } from './diagnostic.js'
import { findSpots } from './find-spots.js'
import { asText, canonical, envNameOf, partOf, type Scope } from './scope.js'

/**
 * Shell text with its `{{ }}` as words, quoted when the command is rendered. Where the shell would not read a word (in quotes,
 * backticks, a heredoc, after a backslash) it is a mistake; what is no name there is the text's own, as in `--format '{{.ID}}'`.
 */
export function commandOf(text: string, path: Path, scope: Scope): Command {
  const spots = findSpots(text)
  const parts: (string | { word: string })[] = []
  let from = 0
  for (const { placeholder, obstacle } of spots) {
    const { raw, name, start, end } = placeholder
    if (obstacle !== undefined && name === undefined) continue
    const value = scope.value(placeholder, text, path)
    if (obstacle !== undefined && name !== undefined && value !== undefined) {
      const hint = `use "$${envNameOf(canonical(name, scope.names))}"`
      scope.findings.report(path, `${raw} cannot stand ${obstacle}`, { part: partOf(placeholder, text), hint })
    }
    parts.push(text.slice(from, start), { word: asText(value ?? '') })
    // `{{ n }}>log` must not become `2>log`, which redirects stderr.
    if (/^[<>]/.test(text.slice(end))) parts.push("''")
    from = end
  }
  parts.push(text.slice(from))
  return shell(...parts.filter((part) => part !== ''))
}
