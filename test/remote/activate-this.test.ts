import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { edgeInterpreters } from './support/interpreters.js'
import { temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()
const text = readFileSync('src/remote/wrapper/activate_this.py', 'utf8')

const run = (python: string, code: string) =>
  execFileSync(python, ['-c', `import os; os.environ['PYTHONHOME'] = '/nowhere'\n${code}`], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** A folder as a venv of that Python has it, found by a link as workon's. */
function venvOf(python: string, version?: string): { link: string; real: string } {
  const folder = realpathSync(place())
  const own = version ?? run(python, 'import sys; sys.stdout.write("%d.%d" % sys.version_info[:2])')
  const site = join(folder, 'store/blog/lib', `python${own}`, 'site-packages')
  write(join(site, 'json.py'), 'where = "the venv"\n')
  write(join(site, 'greeting.py'), 'where = "the venv"\n')
  mkdirSync(join(folder, 'more'))
  write(join(folder, 'more/further.py'), 'where = "beside"\n')
  write(join(site, 'more.pth'), `${join(folder, 'more')}\n`)
  write(join(folder, 'store/blog/bin/activate_this.py'), text)
  symlinkSync('lib', join(folder, 'store/blog/lib64'))
  symlinkSync('store/blog', join(folder, 'link'))
  return { link: join(folder, 'link/bin/activate_this.py'), real: join(folder, 'store/blog') }
}

const show = `
import os, sys
import greeting, further, json
print(greeting.where, further.where, json.where)
print(sys.prefix, os.environ['VIRTUAL_ENV'], os.environ['PATH'], 'PYTHONHOME' in os.environ)
print(len(sys.path) == len(set(sys.path)))
`.replaceAll(/print\((.*)\)/g, "sys.stdout.write(' '.join(str(x) for x in ($1,)) + '\\n')")

describe.each(edgeInterpreters())('activate_this.py in %s', (python) => {
  test.each([
    ['exec', (p: string) => `p = ${JSON.stringify(p)}\nexec(open(p).read(), {'__file__': p})`],
    ['runpy', (p: string) => `import runpy; runpy.run_path(${JSON.stringify(p)})`],
    ['exec, twice', (p: string) => `p = ${JSON.stringify(p)}\nfor i in 1, 2: exec(open(p).read(), {'__file__': p})`],
  ])('joins the venv by %s', (_, join) => {
    const { link, real } = venvOf(python)
    expect(run(python, join(link) + show)).toBe(
      `the venv beside the venv\n${real} ${real} ${real}/bin:/usr/bin False\nTrue\n`,
    )
  })

  test('refuses a Python that the venv is not for, and a text that does not know where it is', () => {
    const { link, real } = venvOf(python, '1.5')
    const failing = (code: string) => {
      try {
        return run(python, code)
      } catch (error) {
        return String((error as { stderr: string }).stderr)
          .trim()
          .split('\n')
          .at(-1)
      }
    }
    expect(failing(`import runpy; runpy.run_path(${JSON.stringify(link)})`)).toMatch(
      `RuntimeError: the venv ${real} is not for python`,
    )
    expect(failing(`exec(open(${JSON.stringify(link)}).read(), {})`)).toBe(
      "RuntimeError: say where this is: exec(open(path).read(), {'__file__': path})",
    )
  })
})
