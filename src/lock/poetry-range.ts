/**
 * A set of versions as poetry writes it, `^3.10` or `>=3.8,<4.0`, as PEP 440 does. Undefined: any version, or alternatives
 * (`||`), which PEP 440 cannot say.
 */
export function poetryRange(written: string): string | undefined {
  if (written.trim() === '*' || written.includes('|')) return undefined
  // '>=3.8 <4.0' and '>=3.8, <4.0' → two parts
  const parts = written.split(/\s*,\s*|(?<=[\w*])\s+(?=[<>=!^~])/).map((part) => part.replace(/\s+/g, ''))
  return parts.map(partOf).join(',')
}

function partOf(part: string): string {
  // '^3.10', '~3.10', '~=3.10', '>=3.8', '3.10.*', '3.10'
  const [, operator = '', version = ''] = /^(\^|~(?!=)|[<>=!~]=?=?)?(.*)$/.exec(part) ?? []
  if (operator === '^') return `>=${version},<${nextAfter(version, 'first')}`
  if (operator === '~') return `>=${version},<${nextAfter(version, 'second')}`
  return operator === '' || operator === '=' ? `==${version}` : `${operator}${version}`
}

/** `^` keeps the first number that is not zero, `~` the first two. */
function nextAfter(version: string, kept: 'first' | 'second'): string {
  const numbers = version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  const first = numbers.findIndex((number) => number > 0)
  const at = kept === 'first' ? (first < 0 ? numbers.length - 1 : first) : Math.min(1, numbers.length - 1)
  return [...numbers.slice(0, at), numbers[at]! + 1, ...(at === 0 ? [0] : [])].join('.')
}
