import type { Commits, SourceChanges } from '../operations/tree.js'
import { type SvnRemote, unescapeXml } from './svn-remote.js'

/** Revisions that are listed of many, and those that are counted. */
const mostListed = 10
const mostCounted = 1000

/** What lies between two revisions of a URL. Undefined where the repository does not say: its URL was another one then. */
export async function svnChanges(
  remote: SvnRemote,
  url: string,
  from: number,
  to: number,
): Promise<SourceChanges | undefined> {
  const [older, newer] = [Math.min(from, to), Math.max(from, to)]
  const range = `${newer}:${older + 1}`
  const args = ['log', '--xml', '--limit', String(mostCounted), '-r', range, '--', `${url}@${newer}`]
  const { code, stdout } = await remote.attempt(url, args)
  if (code !== 0) return undefined
  const [between, none] = [readLog(stdout), { count: 0, newest: [] }]
  const [come, gone] = from < to ? [between, none] : [none, between]
  return { from: `r${from}`, to: `r${to}`, come, gone }
}

/** `main (r120)`, `r120` */
export function revisionNumber(revision: string): number | undefined {
  const digits = /\br(\d{1,15})\)?$/.exec(revision)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** `<logentry revision="5"><author>ann</author><date>…</date><msg>Fix it</msg></logentry>`, the newest first. */
function readLog(xml: string): Commits {
  const found = [...xml.matchAll(/<logentry\s+revision="(\d+)">([\s\S]*?)<\/logentry>/g)]
  const newest = found.slice(0, mostListed).map(([, number, text = '']) => {
    const element = (name: string) => unescapeXml(new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '')
    return {
      id: `r${number}`,
      subject: element('msg').trim().split('\n')[0] ?? '',
      author: element('author') || 'nobody',
    }
  })
  return { count: found.length, newest }
}
