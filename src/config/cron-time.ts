const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const fields = [
  { name: 'minute', from: 0, to: 59, words: [] },
  { name: 'hour', from: 0, to: 23, words: [] },
  { name: 'day of the month', from: 1, to: 31, words: [] },
  { name: 'month', from: 1, to: 12, words: months },
  { name: 'day of the week', from: 0, to: 7, words: days },
] as const

const times = ['@reboot', '@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']

/** A line of a crontab, split: when, and what. Nothing where it has no command. */
export function splitCronLine(line: string): { readonly at: string; readonly run: string } | undefined {
  // `@daily backup`   `*/5 * * * *  python manage.py send_queued`
  const [, at, run] = /^\s*(@\S+|(?:\S+\s+){4}\S+)\s+(\S.*)$/s.exec(line) ?? []
  return at === undefined || run === undefined ? undefined : { at: at.replace(/\s+/g, ' '), run }
}

/** What is wrong with a time of cron's; nothing where all crons take it. */
export function cronTimeProblem(at: string): string | undefined {
  if (at.startsWith('@')) return times.includes(at) ? undefined : `${at} is no time of cron's: ${times.join(', ')}`
  const written = at.trim().split(/\s+/)
  if (written.length !== fields.length)
    return `should be five fields (minute, hour, day of the month, month, day of the week), or a word like @daily`
  for (const [i, field] of fields.entries())
    for (const item of written[i]!.split(',')) {
      const problem = itemProblem(item, field)
      if (problem !== undefined) return `${field.name}: ${problem}`
    }
  return undefined
}

function itemProblem(item: string, { from, to, words }: (typeof fields)[number]): string | undefined {
  // `*`   `*/5`   `7`   `9-17`   `mon-fri`   `9-17/2`
  const [, first, last, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? []
  if (first === undefined || (first === '*' && last !== undefined)) return `${item} is none`
  if (step !== undefined && first !== '*' && last === undefined) return `${item}: a step goes with * or a range`
  if (step !== undefined && (Number(step) < 1 || Number(step) > to)) return `a step of ${step}`
  if (first === '*') return undefined
  const [low, high] = [first, last ?? first].map((each) => numberOf(each, from, words))
  if (low === undefined || high === undefined || low < from || high > to) return `${item} is not in ${from}-${to}`
  return low > high ? `${item} goes backwards` : undefined
}

function numberOf(text: string, from: number, words: readonly string[]): number | undefined {
  const at = words.indexOf(text.toLowerCase())
  if (at >= 0) return from + at
  return /^\d{1,2}$/.test(text) ? Number(text) : undefined
}
