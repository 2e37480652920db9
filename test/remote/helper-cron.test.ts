import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callHelper, testPath } from './support/call.js'
import { anyPython3, edgeInterpreters } from './support/interpreters.js'
import { temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()

/** What Debian's does, with a file in the home; a call takes its time. */
const crontab = `#!/bin/sh
file=$HOME/crontab
sleep 0.05
case $1 in
-l) [ -f "$file" ] || { echo "no crontab for ann" >&2; exit 1; }; cat "$file" ;;
-r) rm "$file" ;;
*) [ "$(tail -c1 "$1" | od -An -c | tr -d ' ')" = '\\n' ] || { echo 'new crontab file is missing newline' >&2; exit 1; }
   cp "$1" "$file" ;;
esac
`

/** Instances with a release each, with these lines. */
function home(python: string, instances: Record<string, string>) {
  const folder = place()
  write(join(folder, 'bin/crontab'), crontab)
  chmodSync(join(folder, 'bin/crontab'), 0o755)
  for (const [name, lines] of Object.entries(instances)) {
    const to = join(folder, 'apps', name)
    mkdirSync(join(to, '.venvoy'), { recursive: true })
    mkdirSync(join(to, 'releases/1'), { recursive: true })
    if (lines !== '') writeFileSync(join(to, 'releases/1/crontab'), lines)
    symlinkSync('releases/1', join(to, 'current'))
  }
  const file = join(folder, 'crontab')
  const env = { PATH: `${join(folder, 'bin')}:${testPath}` }
  return {
    folder,
    text: () => (existsSync(file) ? readFileSync(file, 'latin1').replaceAll(folder, '~') : undefined),
    put: (text: string) => writeFileSync(file, text.replaceAll('~', folder), 'latin1'),
    call: (name: string) => callHelper({ python, home: folder, action: 'cron', input: { to: `~/apps/${name}` }, env }),
    remove: (name: string) => {
      const input = { to: `~/apps/${name}`, home: '~/venvs', name: 'blog', keepShared: false }
      return callHelper({ python, home: folder, action: 'remove-instance', input, env })
    },
  }
}

const block = (name: string, lines: string) => `# venvoy begin ~/apps/${name}\n${lines}# venvoy end ~/apps/${name}\n`
const foreign = 'MAILTO=ann@example.com\n# caf\xe9\n*/2 * * * * /opt/a %x\n\n'

describe('the crontab', () => {
  test.each(edgeInterpreters())(
    'has a block for each instance, and the rest stays byte for byte: %s',
    async (python) => {
      const { text, put, call, folder } = home(python, { a: '* * * * * a\n', b: '@daily b\n' })
      expect([(await call('a')).code, text()]).toEqual([0, block('a', '* * * * * a\n')])
      put(`${foreign}${block('b', 'old\n')}# after\n`)
      expect((await call('b')).code).toBe(0)
      expect(text()).toBe(`${foreign}${block('b', '@daily b\n')}# after\n`)
      expect((await call('a')).code).toBe(0)
      expect(text()).toBe(`${foreign}${block('b', '@daily b\n')}# after\n${block('a', '* * * * * a\n')}`)
      rmSync(join(folder, 'apps/b/releases/1/crontab'))
      expect((await call('b')).code).toBe(0)
      expect(text()).toBe(`${foreign}# after\n${block('a', '* * * * * a\n')}`)
    },
  )

  test('keeps the blocks of instances that are deployed at the same time', async () => {
    const names = Array.from({ length: 6 }, (_, i) => `client-${i}`)
    const { text, put, call } = home(anyPython3(), Object.fromEntries(names.map((name) => [name, `@daily ${name}\n`])))
    put(foreign)
    const ends = await Promise.all(names.map(call))
    expect(ends.map(({ code }) => code)).toEqual(names.map(() => 0))
    const blocks = text()!
      .slice(foreign.length)
      .split(/(?<=# venvoy end .*\n)/)
    expect([text()!.slice(0, foreign.length), blocks.sort()]).toEqual([
      foreign,
      names.map((name) => block(name, `@daily ${name}\n`)),
    ])
  })

  test('loses the lines of an instance that is removed, and is gone where it was not there', async () => {
    const { text, put, call, remove } = home(anyPython3(), { a: '@daily a\n', b: '@daily b\n', c: '' })
    await call('a')
    expect([(await remove('a')).stderr, text()]).toEqual(['', undefined])
    put(foreign)
    await call('b')
    expect([(await remove('c')).code, text()]).toEqual([0, foreign + block('b', '@daily b\n')])
    expect([(await remove('b')).code, text()]).toEqual([0, foreign])
  })

  test('is left alone where a block of ours has no end', async () => {
    const { text, put, call } = home(anyPython3(), { a: '@daily a\n' })
    put(`# venvoy begin ~/apps/a\n@daily x\n`)
    const { code, stderr } = await call('a')
    expect([code, stderr]).toEqual([1, expect.stringContaining('and no end of it')])
    expect(text()).toBe('# venvoy begin ~/apps/a\n@daily x\n')
  })
})
