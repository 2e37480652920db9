import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { indexesOfPip } from '../../src/source/pip-settings.js'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'venvoy-pip-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const files: Record<string, string> = {
  '.config/pip/pip.conf':
    '[global]\nindex-url = https://a.example.com/simple\nextra-index-url =\n  https://b.example.com/x\n  https://c.example.com/x\n',
  '.pip/pip.conf':
    '[global]\nindex_url: https://old.example.com/simple\n[install]\nindex-url = https://no.example.com\n',
  'own.conf': '[global]\nindex-url = https://g.example.com\n[download]\nindex-url = https://own.example.com/simple\n',
}

it.each([
  [['.pip/pip.conf'], {}, ['https://old.example.com/simple']],
  [
    ['.pip/pip.conf', '.config/pip/pip.conf'],
    {},
    ['https://a.example.com/simple', 'https://b.example.com/x', 'https://c.example.com/x'],
  ],
  [['.pip/pip.conf', 'own.conf'], { PIP_CONFIG_FILE: 'own.conf' }, ['https://own.example.com/simple']],
  [
    ['.pip/pip.conf'],
    { PIP_INDEX_URL: 'https://env.example.com', PIP_EXTRA_INDEX_URL: 'https://more.example.com' },
    ['https://env.example.com', 'https://more.example.com'],
  ],
])('of %j and %j pip would ask', async (names, env: Record<string, string>, indexes) => {
  for (const name of names) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), files[name]!)
  }
  const own = env.PIP_CONFIG_FILE && { PIP_CONFIG_FILE: join(home, env.PIP_CONFIG_FILE) }
  expect(await indexesOfPip({ home, env: { ...env, ...own } })).toEqual(indexes)
})

it('where nothing is set, pip itself says which it asks', async () => {
  const program =
    '#!/bin/sh\n[ "$*" = "-m pip download --help" ] && [ "$COLUMNS" = 4000 ] && echo "  -i, --index-url <url>  Base URL (default https://pypi.example.com/simple). This"\n'
  writeFileSync(join(home, 'python3'), program, { mode: 0o755 })
  const env = { PATH: `${home}:/usr/bin:/bin`, PIP_CONFIG_FILE: '/dev/null' }
  expect(await indexesOfPip({ home, env })).toEqual(['https://pypi.example.com/simple'])
})

it('without a pip there is none', async () => {
  expect(await indexesOfPip({ home, env: { PATH: home, PIP_CONFIG_FILE: '/dev/null' } })).toEqual([])
})
