/** `goes in a circle: a → b → a`, for a name that is needed again by what it needs itself. */
export function describeCircle(open: readonly string[], name: string): string {
  return `goes in a circle: ${[...open.slice(open.indexOf(name)), name].join(' → ')}`
}
