import { createHash } from 'node:crypto'

/** What the tokens of ssh_config stand for. */
export interface SshTokens {
  /** %n: the name as it was asked for. */
  readonly alias: string
  /** %h */
  readonly hostName: string
  /** %p */
  readonly port: number
  /** %r: the remote user. */
  readonly user: string
  /** %u */
  readonly localUser: string
  /** %i */
  readonly localUid: number
  /** %d, and what a leading `~` means. */
  readonly home: string
  /** %l and, up to the first dot, %L. */
  readonly localHost: string
  /** %k, where it is not the alias. */
  readonly hostKeyAlias?: string
}

/** `~/keys/%r@%h` → `/home/me/keys/deploy@10.0.0.7`; `${NAME}` is an env variable. Unknown tokens stay as they are. */
export function expandTokens(text: string, tokens: SshTokens, env: (name: string) => string | undefined): string {
  const { alias, hostName, port, user, localUser, localHost, home } = tokens
  const values: Record<string, string> = {
    '%': '%',
    n: alias,
    h: hostName,
    p: String(port),
    r: user,
    u: localUser,
    i: String(tokens.localUid),
    d: home,
    l: localHost,
    L: localHost.split('.', 1)[0] ?? '',
    k: tokens.hostKeyAlias ?? alias,
    C: createHash('sha1').update(`${localHost}${hostName}${port}${user}`).digest('hex'),
  }
  return (
    expandHome(text, home)
      // %h, %%
      .replace(/%(.)/g, (token, letter: string) => values[letter] ?? token)
      // ${XDG_RUNTIME_DIR}
      .replace(/\$\{(\w+)\}/g, (word, name: string) => env(name) ?? word)
  )
}

/** `~` and `~/x` in somebody's home. */
export function expandHome(text: string, home: string): string {
  return text === '~' || text.startsWith('~/') ? home + text.slice(1) : text
}
