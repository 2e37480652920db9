import { contentOf } from './content.js'
import type { Path } from './diagnostic.js'
import type { Content, ContentNames, FileWork } from './file-work.js'
import { type FileKind, type FileStepInput, fileKinds } from './schema-file-step.js'
import { type StepMap, stepKeys } from './schema-step.js'
import type { Scope } from './scope.js'
import { fileMode, fileOwner, oneLine } from './values.js'

/** Which of the file steps a step is, if it is one. */
export const fileKindOf = (step: StepMap): FileKind | undefined => fileKinds.find((kind) => step[kind] !== undefined)

/** What means something beside a file step; the rest surrounds commands. */
const keysBeside: readonly string[] = [
  ...['title', 'when', 'register', 'loop', 'always', 'once', 'retries', 'delay', 'warn_only', 'timeout', 'cd', 'user'],
  // What is wrong with these is said elsewhere.
  ...['stdin', 'pty', 'answers', 'with'],
  ...fileKinds,
]

/** Reports the keys of a step that are for commands. */
export function reportForeignKeys(step: StepMap, kind: FileKind, path: Path, scope: Scope): void {
  for (const key of stepKeys.filter((each) => !keysBeside.includes(each)))
    if (step[key as keyof StepMap] !== undefined)
      scope.findings.report([...path, key], `is for commands; ${kind} does not run one`, { isKey: true })
}

/** What a file step wants, for one target, with what people read while it runs. */
export function fileWorkOf(
  step: FileStepInput,
  kind: FileKind,
  path: Path,
  scope: Scope,
  names: ContentNames,
): { readonly title: string; readonly work: FileWork } {
  const reader = new Reader([...path, kind], scope, names)
  const work = reader.work(step, kind)
  return { title: titleOf(work), work }
}

/** `upload static/ to /srv/static`, `line in /etc/hosts`. */
function titleOf(work: FileWork): string {
  switch (work.kind) {
    case 'upload':
      return `upload ${work.from.join(', ')} to ${work.path}${work.into ? '/' : ''}`
    case 'download':
      return `download ${work.path} to ${work.to}`
    case 'template':
      return 'from' in work.text ? `template ${work.text.from} to ${work.path}` : `template ${work.path}`
    case 'line':
      return `${work.absent ? 'no line' : 'line'} in ${work.path}`
    case 'block':
      return `${work.absent ? 'no block' : 'block'} ${work.name} in ${work.path}`
    case 'link':
      return `link ${work.path} to ${work.target}`
    case 'directory':
    case 'absent':
      return `${work.kind} ${work.path}`
  }
}

class Reader {
  constructor(
    private readonly path: Path,
    private readonly scope: Scope,
    private readonly names: ContentNames,
  ) {}

  work(step: FileStepInput, kind: FileKind): FileWork {
    switch (kind) {
      case 'upload':
        return this.upload(step.upload!)
      case 'download': {
        const { from, to, exclude } = step.download!
        return { kind, path: this.text(from, 'from'), to: this.text(to, 'to'), exclude: this.texts(exclude, 'exclude') }
      }
      case 'template':
        return this.template(step.template!)
      case 'line':
        return this.line(step.line!)
      case 'block':
        return this.block(step.block!)
      case 'link':
        return { kind, path: this.file(step.link!.at, 'at'), target: this.text(step.link!.to, 'to') }
      case 'directory': {
        const written = step.directory!
        if (typeof written === 'string') return { kind, path: this.text(written) }
        return { kind, path: this.text(written.path, 'path'), ...this.owned(written) }
      }
      case 'absent':
        return { kind, path: this.absent(step.absent!) }
    }
  }

  private upload({
    from,
    to,
    exclude,
    delete: removes = false,
    ...rest
  }: NonNullable<FileStepInput['upload']>): FileWork {
    const sources = this.texts(from, 'from')
    const path = this.text(to, 'to')
    return {
      kind: 'upload',
      from: sources,
      path: withoutSlash(path),
      into: path.endsWith('/') || sources.length > 1 || sources.some(isGlob),
      exclude: this.texts(exclude, 'exclude'),
      delete: removes,
      ...this.owned(rest),
    }
  }

  private template({ from, text, to, ...rest }: NonNullable<FileStepInput['template']>): FileWork {
    const content =
      from === undefined ? this.content(text ?? '', 'text') : { from: this.text(from, 'from'), names: this.names }
    return { kind: 'template', path: this.file(to, 'to'), text: content, ...this.owned(rest) }
  }

  private line({
    in: file,
    line,
    match,
    create = false,
    absent = false,
  }: NonNullable<FileStepInput['line']>): FileWork {
    if (line === undefined && !(absent && match !== undefined))
      this.scope.findings.report([...this.path, 'line'], absent ? 'is missing, and match too' : 'is missing')
    if (line?.includes('\n')) this.scope.findings.report([...this.path, 'line'], oneLine, { hint: 'use block' })
    return {
      kind: 'line',
      path: this.file(file, 'in'),
      ...(line !== undefined && { line: this.content(line, 'line') }),
      ...(match !== undefined && { match: this.text(match, 'match') }),
      create,
      absent,
    }
  }

  private block(written: NonNullable<FileStepInput['block']>): FileWork {
    const { in: file, block, name, comment = '#', create = false, absent = false } = written
    if (block === undefined && !absent) this.scope.findings.report([...this.path, 'block'], 'is missing')
    if (comment.includes('\n')) this.scope.findings.report([...this.path, 'comment'], oneLine)
    const text = this.text(name, 'name')
    if (text.includes('\n') || text.startsWith('end of '))
      this.scope.findings.report(
        [...this.path, 'name'],
        'not a name for a block: one line that does not begin with "end of"',
      )
    return {
      kind: 'block',
      path: this.file(file, 'in'),
      block: this.content(block ?? '', 'block'),
      name: text,
      comment,
      create,
      absent,
    }
  }

  /** What is wrong is seen again on the host, where links are followed: here it is only what is plain. */
  private absent(written: string): string {
    const path = this.text(written)
    // `/`  `~`  `~/`  `.`  `a/../..`
    if (/^(\/+|~[^/]*\/*|\.\/*)$|(^|\/)\.\.(\/|$)/.test(path))
      this.scope.findings.report(this.path, 'should be a path below a folder, without ".."; never / or a home folder')
    return withoutSlash(path)
  }

  private owned({ mode, owner }: { mode?: string | undefined; owner?: string | undefined }) {
    return {
      ...(mode !== undefined && { mode: this.scope.checkedText(fileMode, mode, [...this.path, 'mode']) }),
      ...(owner !== undefined && { owner: this.scope.checkedText(fileOwner, owner, [...this.path, 'owner']) }),
    }
  }

  private text(written: string, ...keys: (string | number)[]): string {
    return this.scope.text(written, [...this.path, ...keys])
  }

  /** A path that is no folder. */
  private file(written: string, key: string): string {
    const path = this.text(written, key)
    if (path.endsWith('/'))
      this.scope.findings.report([...this.path, key], 'should be the path of a file, without / at its end')
    return path
  }

  private texts(written: string | string[] | undefined, key: string): string[] {
    if (typeof written === 'string') return [this.text(written, key)]
    return (written ?? []).map((each, i) => this.text(each, key, i))
  }

  private content(written: string, key: string): Content {
    return contentOf(written, [...this.path, key], this.scope, this.names)
  }
}

/** `conf/*.conf`, `log.[12]`. */
export const isGlob = (path: string): boolean => /[*?[]/.test(path)

const withoutSlash = (path: string): string => (path === '/' ? path : path.replace(/\/+$/, ''))
