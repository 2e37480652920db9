const mostNames = 1000

// {1..20}   {01..20}   {a,b,c}
const braces = /\{(?:(\d+)\.\.(\d+)|([^{}]*,[^{}]*))\}/

/** The names that a pattern stands for: `client-{1..3}` is client-1 to client-3, `{a,b}-shop` is a-shop and b-shop. */
export function expandName(pattern: string): { names: readonly string[] } | { problem: string } {
  const match = braces.exec(pattern)
  if (!match)
    return /[{}]/.test(pattern) ? { problem: 'should be a range {1..20} or a list {a,b}' } : { names: [pattern] }
  const [whole, first, last, list] = match
  if (Number(first) > Number(last)) return { problem: `counts down: write {${last}..${first}}` }
  if (Number(last) - Number(first) >= mostNames) return { problem: `stands for more than ${mostNames} names` }
  const choices = list === undefined ? countUp(first!, last!) : list.split(',').map((each) => each.trim())
  const rest = expandName(pattern.slice(match.index + whole.length))
  if ('problem' in rest) return rest
  const before = pattern.slice(0, match.index)
  if (choices.length * rest.names.length > mostNames) return { problem: `stands for more than ${mostNames} names` }
  return { names: choices.flatMap((choice) => rest.names.map((after) => `${before}${choice}${after}`)) }
}

/** `08` to `10` is 08, 09, 10: the first number's width counts. */
function countUp(first: string, last: string): string[] {
  const from = Number(first)
  const width = first.startsWith('0') ? first.length : 0
  return Array.from({ length: Number(last) - from + 1 }, (_, i) => String(from + i).padStart(width, '0'))
}
