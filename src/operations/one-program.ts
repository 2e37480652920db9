/** Whether a text is a program with its arguments, in doubt not: `gunicorn -w 2 blog.wsgi`; not `A=1 b`, `a && b`, `cd x`. */
export function isOneProgram(text: string): boolean {
  const [first = ''] = text.trim().split(/\s/)
  return /^[\w./~+-]+$/.test(first) && !shellWords.includes(first) && !/[;&|()\n`]/.test(text.trim())
}

const shellWords = [
  ...[
    'if',
    'for',
    'while',
    'until',
    'case',
    'function',
    'time',
    'exec',
    'cd',
    'export',
    'unset',
    'eval',
    'set',
    'trap',
  ],
  ...['ulimit', 'umask', 'command', 'wait', 'read', 'shift', 'exit', 'return', '.', 'source', 'test', 'true', 'false'],
]
