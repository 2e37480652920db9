import { contentNames } from '../config/content.js'
import { fileWorkOf } from '../config/file-step.js'
import { Findings } from '../config/findings.js'
import type { FileKind, FileStepInput } from '../config/schema-file-step.js'
import { type Names, Scope } from '../config/scope.js'
import { VenvoyError } from '../errors.js'
import type { Target } from '../events.js'
import type { FileStep } from '../operations/step.js'
import { secret } from '../shell/command.js'
import type { Context } from '../shell/context.js'
import { Sources } from '../source/read-sources.js'
import { nameOf, type Run } from './run.js'
import type { FileContext, FileOptions, FileResult, TemplateOptions } from './task.js'

/** What these methods need to know of where a task stands. */
interface Ground {
  readonly run: Run
  readonly target: Target
  readonly context: Context
  readonly folder: string
  readonly names: Names
  readonly roots: Map<string, string>
}

/** The methods of a task's context that say what should be on the disk. */
export function fileMethods(
  at: Ground,
  runStep: (step: FileStep) => Promise<{ readonly code: number; readonly changed: boolean }>,
): FileContext {
  const run = async (kind: FileKind, input: FileStepInput, options: FileOptions = {}): Promise<FileResult> => {
    const vars = (input.template as TemplateOptions | undefined)?.vars ?? {}
    const [step] = await new Sources(noteOn(at)).read([stepOf(at, kind, input, options, vars)])
    assertApart(at, step!)
    const { changed, code } = await runStep(step!)
    return { changed, ok: code === 0 }
  }
  return {
    upload: (upload, options) => run('upload', { upload: upload as FileStepInput['upload'] }, options),
    download: (download, options) => run('download', { download: download as FileStepInput['download'] }, options),
    template: (template, options) => run('template', { template }, options),
    line: (line, options) => run('line', { line }, options),
    block: (block, options) => run('block', { block }, options),
    link: (link, options) => run('link', { link }, options),
    directory: (directory, options) => run('directory', { directory }, options),
    absent: (absent, options) => run('absent', { absent }, options),
  }
}

const noteOn =
  ({ run, target }: Ground) =>
  (text: string) =>
    run.emit({ type: 'run:note', level: 'info', text, host: target.host })

/** What is written in code has no `!secret` in it. */
const noSecret = () => secret('', '')

function stepOf(
  at: Ground,
  kind: FileKind,
  input: FileStepInput,
  { title, timeout, warnOnly = false }: FileOptions,
  vars: NonNullable<TemplateOptions['vars']>,
): FileStep {
  const { names, context, folder } = at
  const findings = new Findings()
  const own = Object.entries(vars).map(([name, value]) => [`vars.${name}`, value] as const)
  const known = new Map([...contentNames(names, context.env), ...own])
  const found = fileWorkOf(input, kind, [], new Scope(names, findings, noSecret), known)
  const [mistake] = findings.diagnostics
  if (mistake) {
    const why = mistake.hint === undefined ? {} : { why: [mistake.hint] }
    throw new VenvoyError({ kind: 'config', where: `c.${mistake.path}`, what: mistake.message, ...why })
  }
  return {
    kind: 'file',
    title: title ?? found.title,
    lines: [],
    work: found.work,
    context,
    folder,
    retries: 0,
    warnOnly,
    ...(timeout !== undefined && { timeout }),
  }
}

/** Tasks in code say where a download goes when they come to it: two targets must not write over each other. */
function assertApart({ roots, target }: Ground, { root, title }: FileStep): void {
  if (root === undefined) return
  const name = nameOf(target)
  const other = roots.get(root) ?? name
  roots.set(root, other)
  if (other === name) return
  const what = `${other} and ${name} write the same path here`
  throw new VenvoyError({ kind: 'config', where: title, what, next: 'put the name of the host into `to`: c.host' })
}
