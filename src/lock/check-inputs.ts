import { VenvoyError } from '../errors.js'
import { hash } from './hash-option.js'
import type { LockInputs } from './inputs.js'
import { lineEnd, logicalLines } from './logical-lines.js'

/**
 * Throws, with file and line, for requirements that cannot be locked safely: a further index, from which anybody may offer a
 * newer version of a name that is yours, and what is not named by version and hash.
 */
export function checkLockable({ files }: LockInputs): void {
  checkIndexes({ files })
  for (const [path, text] of Object.entries(files))
    for (const { first, text: line } of logicalLines(text.split(lineEnd))) {
      const where = `${path}:${first}`
      // `-e .`, `--editable=./lib`, `git+https://…`, `x @ git+https://…`
      if (/^(?:-e|--editable)\b/.test(line)) throw noWheel(where, line, 'what is editable has no hash')
      if (/^(?:[\w.[\],-]+\s*@\s*)?(?:git|hg|svn|bzr)\+/.test(line))
        throw noWheel(where, line, 'what comes from a repository has no hash')
      if (!line.startsWith('-') && ` ${line}`.search(hash) >= 0) throw hasHash(where)
    }
}

/** Throws for what lets pip choose among indexes while no hash says what is meant. */
export function checkIndexes({ files }: Pick<LockInputs, 'files'>): void {
  for (const [path, text] of Object.entries(files))
    for (const { first, text: line } of logicalLines(text.split(lineEnd))) {
      // `--extra-index-url https://…`, `-i https://… --extra-index-url=https://…`; pip understands `--extra` too
      if (line.startsWith('-') && /(?:^|\s)--ex[a-z-]*(?:[=\s]|$)/.test(line)) throw extraIndex(`${path}:${first}`)
    }
}

const extraIndex = (where: string) =>
  new VenvoyError({
    kind: 'config',
    where,
    what: 'with an extra index, pip takes the highest version that any index offers',
    why: ["whoever publishes a package of yours' name elsewhere decides what is installed (dependency confusion)"],
    next: 'name one index that has all, such as a mirror with your packages: venv: { index: … }; or bring a lockfile with hashes',
  })

const noWheel = (where: string, line: string, why: string) =>
  new VenvoyError({
    kind: 'config',
    where,
    what: `cannot be locked: ${line}`,
    why: [why],
    next: 'leave out the project itself, whose code comes with the release; of all else build a wheel, and publish or name that',
  })

const hasHash = (where: string) =>
  new VenvoyError({
    kind: 'config',
    where,
    what: 'this file has hashes: it is a lockfile already',
    next: 'name what it was made from: venv: { requirements: requirements.in }',
  })
