import type { Ask } from '../transport/transport.js'

/** Asks each question once, whoever needs the answer; `--yes` answers by itself. Nothing, if nobody is there to answer. */
export function confirmOnce(ask: Ask | undefined, isYes: boolean): Ask['confirm'] | undefined {
  if (isYes) return async () => true
  if (ask === undefined) return undefined
  const answers = new Map<string, Promise<boolean>>()
  return (question) => {
    const answer = answers.get(question) ?? ask.confirm(question)
    answers.set(question, answer)
    return answer
  }
}
