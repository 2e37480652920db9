import { isSecret, plainText } from '../config/content.js'
import { isGlob } from '../config/file-step.js'
import type { Content, FileWork } from '../config/file-work.js'
import type { Secret } from '../shell/command.js'
import { switchLine } from '../shell/switch-shell.js'
import { type FileStep, sudoUserOf } from './step.js'

/**
 * A file step as its program on the host takes it (src/remote/helper/step.py). What is to belong to somebody is root's to make.
 * `copy`: the shell line that another user runs behind `sudo`, and its argument.
 */
export function fileInput(
  step: FileStep,
  copy: readonly [line: string, argument: string],
  password?: Secret,
): Record<string, unknown> {
  const { work, context, upload, have = {}, check = false } = step
  const user = sudoUserOf(step)
  return {
    ...inputOf(work),
    check,
    ...(context.cwd !== undefined && { cwd: context.cwd }),
    ...(user !== undefined && switched(user, copy, password)),
    ...(upload && { entries: upload.entries, roots: upload.roots, inline: upload.inline ?? {} }),
    ...(work.kind === 'download' && { have, glob: isGlob(work.path) }),
  }
}

function switched(user: string, [line, argument]: readonly [string, string], password: Secret | undefined) {
  const { script, lead } = switchLine(line, { user, password: password?.value })
  return { as: user, switch: ['sh', '-c', script, 'sh', argument], lead }
}

function inputOf(work: FileWork): Record<string, unknown> {
  switch (work.kind) {
    case 'line': {
      const { line, ...rest } = work
      return { ...rest, ...(line && { line: plainText(line), secret: isSecret(line) }) }
    }
    case 'block':
      return { ...work, block: plainText(work.block), secret: isSecret(work.block) }
    case 'template': {
      const { text, ...rest } = work
      return { ...rest, kind: 'text', text: plainText(text as Content), secret: isSecret(text as Content) }
    }
    case 'upload': {
      const { from: _, into: __, ...rest } = work
      return rest
    }
    case 'download': {
      const { to: _, ...rest } = work
      return rest
    }
    default:
      return { ...work }
  }
}
