import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { VenvInput } from '../../src/remote/venv-input.js'
import { thinVenvs } from '../remote/support/locked.js'

/** What pip makes of the usual packages, to compare; and homes that have the pip beside it already, which takes its time. */
export function withPip(folder: string, python: VenvInput['python'], place: () => string) {
  const byPip = thinVenvs(folder, python)
  return {
    byPip,
    prepare: () => byPip.build('a'),
    homeWithPip(): string {
      const home = place()
      mkdirSync(join(home, 'venvs/.venvoy'), { recursive: true })
      execFileSync('sh', ['-c', 'cp -a "$1"/pip-* "$2"', 'sh', byPip.store, join(home, 'venvs/.venvoy')])
      return home
    },
  }
}
