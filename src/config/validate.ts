import type * as z from 'zod'
import type { Path } from './diagnostic.js'
import type { Findings } from './findings.js'
import { find, type MapNode, type Node, toValue, without } from './node.js'
import { type FileInput, file, keysAt } from './schema.js'
import { describeIssue, withoutUnions } from './sentences.js'

type Issue = z.core.$ZodIssue

/** How often what is wrong is taken out: a map may be left without what it needs, and has to go in its turn. */
const rounds = 8

/**
 * Holds what was written against the schema and reports every mistake. What is right is returned even so, so that the mistakes
 * that show only later (unknown names, say) can be reported with the others; nothing, if too little is left.
 */
export function validate(root: MapNode, findings: Findings): FileInput | undefined {
  let rest = root
  for (let round = 0; round < rounds; round++) {
    // A parser compiled for this schema would take longer to make than one file takes to read.
    const parsed = file.safeParse(toValue(rest), { jitless: true })
    if (parsed.success) return parsed.data
    const issues = ownFirst(parsed.error.issues.flatMap(withoutUnions))
    for (const issue of issues) {
      // Later rounds only find what the first has left behind.
      if (round === 0) report(root, issue, findings)
      for (const path of placesOf(issue)) rest = prune(rest, path, findings)
    }
    rest = withProject(rest)
  }
  return undefined
}

function report(root: MapNode, issue: Issue, findings: Findings): void {
  const node = find(root, issue.path as Path)?.node
  const isOfWhole = issue.code === 'custom' || node === undefined
  if (isOfWhole && findings.hasWithin(issue.path as Path)) return
  for (const { path, message, hint, isKey } of describeIssue(issue, node, keysAt)) {
    findings.report(path, message, { hint, isKey })
    // DATABSE_URL may have been meant to be what is then missed.
    const meant = /^did you mean (.+)\?$/.exec(hint ?? '')?.[1]
    if (meant !== undefined) findings.doubt(meant)
  }
}

/** That a step lacks `run` is no mistake of its own where one of its keys is wrong: that is reported first. */
function ownFirst(issues: readonly Issue[]): Issue[] {
  return [...issues.filter(({ code }) => code !== 'custom'), ...issues.filter(({ code }) => code === 'custom')]
}

function placesOf(issue: Issue): Path[] {
  const path = issue.path as Path
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
}

function prune(root: MapNode, path: Path, findings: Findings): MapNode {
  const isThere = find(root, path) !== undefined
  const gone = isThere ? path : path.slice(0, -1)
  if (gone.length === 0) return root
  findings.doubt(String(gone.at(-1)))
  return without(root, gone)
}

/** All else can be checked without the project's name. */
function withProject(root: MapNode): MapNode {
  if (root.entries.has('project')) return root
  const node: Node = { kind: 'scalar', place: root.place, value: 'project', source: 'project' }
  return { ...root, entries: new Map(root.entries).set('project', { key: root.place, node }) }
}
