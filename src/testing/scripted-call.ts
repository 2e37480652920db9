/** What a scripted host was asked to run. */
export interface ScriptedCall {
  /** As it was written, without what surrounds it. */
  readonly command: string
  /** Who runs it, if not the one who logged in. */
  readonly user?: string
  /** All that a real host would run: env, prefixes, folder, and the command last. */
  readonly script: string
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
