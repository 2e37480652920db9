import { VenvoyError } from '../errors.js'
import type { Login } from './login.js'
import { type SvnOptions, type SvnResult, svnCommand, svnFailure } from './svn-command.js'

/** What is at a URL in a revision. */
export interface SvnInfo {
  /** Of the thing in that revision, which may have been elsewhere. */
  readonly url: string
  /** The root of the repository. */
  readonly root: string
  readonly kind: 'dir' | 'file'
  readonly revision: number
  /** When it, or something in it, was last changed. */
  readonly changed: number
}

/** A name in a repository at a time. */
export interface SvnAt {
  readonly url: string
  /** When the URL is meant: a number or `HEAD`. */
  readonly peg: string
  /** When its content is meant, if not at the same time: a number, `HEAD` or `{2026-01-31}`. */
  readonly revision?: string | undefined
}

/** Asks repositories, logging in where that was said for their site. */
export class SvnRemote {
  private readonly site: string

  constructor(
    /** As in deploy.yml, without a password. */
    readonly address: string,
    private readonly login: Login | undefined,
    private readonly options: Omit<SvnOptions, 'login'>,
  ) {
    this.site = siteOf(address)
  }

  /** Runs svn for a URL. Throws what it could not do as a VenvoyError. */
  async run(url: string, args: readonly string[]): Promise<string> {
    const result = await this.attempt(url, args)
    if (result.code === 0) return result.stdout
    throw svnFailure(url, result, this.loginFor(url))
  }

  attempt(url: string, args: readonly string[]): Promise<SvnResult> {
    return svnCommand(args, { ...this.options, login: this.loginFor(url) })
  }

  async info({ url, peg, revision }: SvnAt): Promise<SvnInfo> {
    const at = revision === undefined ? [] : ['-r', revision]
    return parseInfo(await this.run(url, ['info', '--xml', ...at, '--', `${url}@${peg}`]))
  }

  /** An external on another site does not get this one's password. */
  private loginFor(url: string): Login | undefined {
    return siteOf(url) === this.site ? this.login : undefined
  }
}

/**
 * A repository from its URL, which may hold a name and a password. Throws a VenvoyError for what is no URL that svn knows.
 */
export function svnRemote(text: string, login: Login, options: Omit<SvnOptions, 'login'>): SvnRemote {
  // `https://…`, `svn://…`, `svn+ssh://…`, `file:///…`
  const isKnown = /^(?:https?|svn|svn\+[a-z0-9]+|file):\/\//i.test(text)
  const url = isKnown && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw notAUrl(text.replace(/\/\/.*@/, '//'))
  const isSsh = /^svn\+/i.test(url.protocol)
  const inUrl = {
    ...(url.username !== '' && !isSsh && { user: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
  }
  // `https://ann:pass@svn.example.com/x` → `https://svn.example.com/x`; of svn+ssh, the name is the login
  const plain = text.replace(
    /^([^:]+:\/\/)(?:([^/@:]*)(?::[^/@]*)?@)?/,
    (_, scheme: string, user: string | undefined) => (isSsh && user ? `${scheme}${user}@` : scheme),
  )
  const all = { ...inUrl, ...login }
  return new SvnRemote(plain.replace(/\/+$/, ''), Object.keys(all).length === 0 ? undefined : all, options)
}

/** `https://svn.example.com:8443`, `file://` */
export const siteOf = (url: string): string => /^[^:]+:\/\/(?:[^/@]*@)?([^/]*)/.exec(url)?.[0]?.toLowerCase() ?? url

/** Of what `svn info --xml` prints, the one entry. */
function parseInfo(xml: string): SvnInfo {
  const [, attributes = ''] = /<entry([^>]*)>/.exec(xml) ?? []
  const attribute = (name: string, text: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? ''
  const element = (name: string) => unescapeXml(new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '')
  return {
    url: element('url'),
    root: element('root'),
    kind: attribute('kind', attributes) === 'file' ? 'file' : 'dir',
    revision: Number(attribute('revision', attributes)),
    changed: Number(attribute('revision', /<commit([^>]*)>/.exec(xml)?.[1] ?? '')),
  }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** `a &amp; b`, `&#39;`, `&#x1F600;` */
export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return entities[name!] ?? whole
  })
}

const notAUrl = (shown: string) =>
  new VenvoyError({
    kind: 'config',
    where: `source ${shown}`,
    what: 'not the URL of a Subversion repository',
    next: 'https://…, svn://…, svn+ssh://… or file:///…',
  })
