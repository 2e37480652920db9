import pLimit from 'p-limit'
import type { Ask } from './transport.js'

/** Questions to the person at the terminal one after the other, however many hosts want an answer at once. */
export function oneAtATime(ask: Ask): Ask {
  const turn = pLimit(1)
  return {
    confirm: (question) => turn(() => ask.confirm(question)),
    secret: (prompt) => turn(() => ask.secret(prompt)),
  }
}
