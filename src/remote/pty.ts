import pty from './pty.py'

/** A command for a terminal of its own. */
export interface PtyTask {
  /** The shell that reads the script. */
  readonly shell: 'sh' | 'bash'
  readonly script: string
  /** What a prompt holds, and what is typed then. */
  readonly answers: readonly (readonly [prompt: string, answer: string])[]
  /** What is not to show, and what stands for it. */
  readonly secrets: readonly (readonly [value: string, name: string])[]
}

const missing = 'venvoy: `pty` needs python3 or python on the host'

/** The lines of a shell that give its place to the command on its terminal. */
export function ptyScript(task: PtyTask): string {
  const data = Buffer.from(JSON.stringify(task)).toString('base64')
  return [
    `venvoy_python=$(command -v python3 || command -v python) || { echo '${missing}' >&2; exit 127; }`,
    `exec "$venvoy_python" -E -s -B - <<'VENVOY_PTY'`,
    // Comments and empty lines do not travel.
    `${pty.replace(/^ *#.*\n|^\n/gm, '')}main('${data}')`,
    'VENVOY_PTY',
  ].join('\n')
}
