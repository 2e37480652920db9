/** The same question gets the same answer, asked once; likewise the same error. Questions are the same when their keys are. */
export function once<A extends readonly unknown[], T>(
  ask: (...about: A) => Promise<T>,
  keyOf: (...about: A) => string = (...about) => JSON.stringify(about),
): (...about: A) => Promise<T> {
  const answers = new Map<string, Promise<T>>()
  return (...about) => {
    const key = keyOf(...about)
    const answer = answers.get(key) ?? ask(...about)
    answers.set(key, answer)
    return answer
  }
}
