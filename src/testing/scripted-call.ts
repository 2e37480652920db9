/** What a scripted host was asked to run. */
export interface ScriptedCall {
  /** As it was written, without what surrounds it; of a file step, its kind and its path: `template /etc/app.conf`. */
  readonly command: string
  /** Who runs it, if not the one who logged in. */
  readonly user?: string
  /** All that a real host would run: env, prefixes, folder, and the command last. */
  readonly script: string
  /** What a file step is told: `text` of a template, `line`, `mode`, and so on; of an upload, `entries`. */
  readonly file?: Readonly<Record<string, unknown>>
}

/** `jobs`: the files of large uploads, which do not travel with their steps. */
export function fileCall(script: string, jobs: readonly Readonly<Record<string, unknown>>[]): ScriptedCall | undefined {
  // `… step <<'VENVOY'`, JSON on one line, `VENVOY`
  const match = /\nexec "\$p" [^\n]* step <<'VENVOY'\n(.*)\nVENVOY\n?$/.exec(script)
  if (match === null) return undefined
  const { switch: _, lead: _____, as, check: __, ...told } = JSON.parse(match[1]!) as Record<string, unknown>
  const { stored, claim: ___, keep: ____, ...rest } = told
  const file = typeof stored === 'number' ? { ...rest, entries: jobs[stored]?.entries } : rest
  const kind = file.kind === 'text' ? 'template' : file.kind
  const user = typeof as === 'string' ? { user: as } : {}
  return { command: `${kind} ${file.path}`, script, file: { ...file, kind }, ...user }
}

/** The command at the end of a script; `known` ones are recognised whatever they hold. */
export function scriptedCall(script: string, known: readonly string[]): ScriptedCall {
  const { inner, user } = unwrapped(script)
  const listed = known.filter((command) => inner === command || inner.endsWith(`\n${command}`))
  const [longest] = listed.sort((a, b) => b.length - a.length)
  return { command: longest ?? behindGuards(inner), ...(user !== undefined && { user }), script }
}

/** The text that another user or shell reads, out of the heredoc that hands it over. */
function unwrapped(script: string): { inner: string; user?: string } {
  // `exec sudo -n -H -u 'www' -- sh … <<'VENVOY'`, the text, `VENVOY`
  const match = /^exec (?:sudo -n -H -u '([^']*)' )?.*<<'(VENVOY_*)'\n(.*)\n\2\n?$/s.exec(script)
  if (match === null) return { inner: script }
  const [, user, , inner = ''] = match
  return { inner, ...(user !== undefined && { user }) }
}

/** What stands behind the last line that would end the script if it failed. */
function behindGuards(text: string): string {
  const end = text.lastIndexOf(' || exit\n')
  return end === -1 ? text : text.slice(end + ' || exit\n'.length)
}
