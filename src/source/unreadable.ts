import { VenvoyError } from '../errors.js'

/** Something in a source folder that stops the deploy, with its remedy; leaving it out is always another. */
export const unreadable = (where: string, what: string, remedy: string, cause?: Error): VenvoyError =>
  new VenvoyError(
    {
      kind: 'config',
      where,
      what,
      ...(cause === undefined ? {} : { why: [cause.message] }),
      next: `${remedy}, or leave it out (.venvoyignore)`,
    },
    { cause },
  )
