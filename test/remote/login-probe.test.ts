import { existsSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noQuestion } from '../../src/facts/probe.js'
import { type ProbedHome, probedHome, shells } from './probed-home.js'

let home: ProbedHome
beforeEach(async () => {
  home = await probedHome()
})
afterEach(() => home.remove())

const block = '# >>> venvoy setup >>> no newline before\nA=1\n  B=2\n# <<< venvoy setup <<<\n'

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('the login, under $name', ({ shell }) => {
  const login = async () => (await home.facts(shell, { ...noQuestion, login: true })).login

  it('is what bash would read, where there is nothing', async () => {
    expect(await login()).toMatchObject({ file: `${home.path}/.profile`, blocks: {}, hasWorkon: false })
  })

  it('is the first file that bash reads, with its WORKON_HOME, and blocks wherever they are', async () => {
    await home.put('.profile', `before\n${block}echo after`)
    await home.put('.bash_profile', 'echo noise; export WORKON_HOME=~/Envs PROJECT_HOME=/srv; workon() { :; }\n')
    expect(await login()).toMatchObject({
      file: `${home.path}/.bash_profile`,
      blocks: { [`${home.path}/.profile`]: 'A=1\n  B=2' },
      hasWorkon: true,
      workonHome: `${home.path}/Envs`,
      projectHome: '/srv',
    })
  })

  it('finds the script on the PATH of a login, with the Python and the programs that came along', async () => {
    await home.put('tools/virtualenvwrapper.sh', '')
    await home.put('tools/python3', '#!/bin/sh\n[ "$2" = "import virtualenvwrapper.hook_loader" ]\n')
    await home.put('tools/virtualenv', '#!/bin/sh\n')
    for (const name of ['virtualenvwrapper.sh', 'python3', 'virtualenv'])
      await chmod(`${home.path}/tools/${name}`, 0o755)
    await home.put('.profile', 'PATH=~/tools:$PATH')
    const tools = `${home.path}/tools`
    expect((await login())?.wrapper).toEqual({
      path: `${tools}/virtualenvwrapper.sh`,
      python: `${tools}/python3`,
      programs: tools,
    })
  })

  // A package of this machine's comes first.
  it.skipIf(existsSync('/usr/share/virtualenvwrapper'))('finds the script where pip puts it for a user', async () => {
    await home.put('.local/bin/virtualenvwrapper.sh', '')
    expect((await login())?.wrapper?.path).toBe(`${home.path}/.local/bin/virtualenvwrapper.sh`)
  })

  it('survives a start-up file that ends the shell', async () => {
    await home.put('.profile', 'exit 3\n')
    expect(await login()).toMatchObject({ hasWorkon: false })
  })
})
