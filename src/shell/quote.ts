import { VenvoyError } from '../errors.js'

// `/srv/app`, `a=b`, `deploy@web1:22`
const safe = /^[A-Za-z0-9_@%+=:,./-]+$/

/** One word for a POSIX shell; left bare where no shell could read it differently (`/srv/app`, `a=b`). */
export function quote(text: string): string {
  return safe.test(text) ? text : singleQuote(text)
}

/** One word in single quotes, always: inside them a POSIX shell changes nothing. NUL cannot be in a word. */
export function singleQuote(text: string): string {
  if (text.includes('\0')) throw new VenvoyError({ kind: 'config', what: 'a shell word cannot hold a NUL byte' })
  return `'${text.replaceAll("'", `'\\''`)}'`
}
