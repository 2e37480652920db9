import { existsSync } from 'node:fs'
import { rm, utimes, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InstanceSpec, VenvSpec } from '../../src/config/spec.js'
import type { HostFacts } from '../../src/facts/facts.js'
import { noQuestion } from '../../src/facts/probe.js'
import { questionAbout } from '../../src/facts/question.js'
import { venvInputs } from '../../src/operations/fingerprint.js'
import type { RequirementsFiles } from '../../src/operations/requirements.js'
import { isEmpty, type Plan } from '../../src/plan/plan.js'
import { planVenv } from '../../src/plan/venv.js'
import { shell as shellText } from '../../src/shell/command.js'
import { type ProbedHome, probedHome, shells } from '../remote/probed-home.js'
import { apply } from './applied.js'
import { requirementsOf, specOf, stepOf, treeOf, venvOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': 'print(1)' })
const PATH = (home: ProbedHome) => `${home.path}/bin:/usr/bin:/bin`

let home: ProbedHome
beforeEach(async () => {
  home = await probedHome()
  await home.python('bin/python3.11', '3.11.2')
})
afterEach(() => home.remove())

/** What becomes of a host before a deploy that has something to do. */
interface Case {
  readonly name: string
  readonly spec?: InstanceSpec
  readonly requirements?: RequirementsFiles
  readonly before?: () => Promise<void>
  readonly titles: readonly string[]
}

const all = ['send files of main (3f2a91c)', 'build venv blog-staging (Python 3.11.2)']
const deployed = (titles: string[], number = 2) => [
  ...titles,
  `make release ${number}: main (3f2a91c)`,
  `switch to release ${number}`,
  'note that the switch has come to its end',
]

const cases: Case[] = [
  { name: 'requirements changed', requirements: requirementsOf('flask\n'), titles: deployed(all) },
  {
    name: 'the interpreter was replaced',
    before: () => writeFile(`${home.path}/bin/python3.11`, `#!/bin/sh\nexec "$HOME/bin/other" "$@"\n`),
    titles: deployed(all),
  },
  {
    name: 'the link of workon was lost',
    before: () => rm(`${home.path}/.virtualenvs/blog-staging`),
    titles: ['link ~/.virtualenvs/blog-staging'],
  },
  {
    name: 'a hook of deploy.yml changed',
    spec: specOf({ venv: venvOf({ hookTexts: { postactivate: [shellText('export X=1')] } }) }),
    titles: ['write the hooks and details of venv blog-staging'],
  },
  {
    name: 'a file of virtualenvwrapper’s is gone',
    before: async () => {
      const { served } = (await probe(['sh'], specOf(), requirementsOf())).instances.staging!
      await rm(`${served!.path}/bin/get_env_details`)
    },
    titles: ['write the hooks and details of venv blog-staging'],
  },
  {
    name: 'the receipt of the venv was lost',
    before: async () => {
      const { served } = (await probe(['sh'], specOf(), requirementsOf())).instances.staging!
      await rm(`${served!.path}/.venvoy.json`)
    },
    titles: deployed(all),
  },
  {
    name: 'the venv has another name',
    spec: specOf({ venv: venvOf({ name: 'other' }) }),
    titles: deployed(['send files of main (3f2a91c)', 'build venv other (Python 3.11.2)']),
  },
  {
    name: 'the venvs have another home',
    spec: specOf({ venv: venvOf({ home: '~/other venvs' }) }),
    titles: deployed(all),
  },
]

async function probe(
  shell: readonly string[],
  spec: InstanceSpec,
  requirements: RequirementsFiles,
): Promise<HostFacts> {
  const instances = [questionAbout(spec, venvInputs(spec.venv, requirements, tree))]
  return home.facts(shell, { ...noQuestion, interpreters: 'if-needed', instances }, { PATH: PATH(home) })
}

async function deploy(shell: readonly string[], spec = specOf(), requirements = requirementsOf()): Promise<Plan> {
  return planDeploy(spec, await probe(shell, spec, requirements), tree, requirements, 'ann@laptop')
}

const titles = ({ prepare, switch: switching }: Plan): string[] => [...prepare, ...switching].map(({ title }) => title)

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))(
  'a second deploy, under $name',
  ({ shell }) => {
    it('has nothing to do after the first', async () => {
      const spec = specOf({ beforeSwitch: [stepOf('true')] })
      const first = await deploy(shell, spec)
      expect(titles(first)).toEqual([...deployed(all, 1).slice(0, 3), 'true', ...deployed([], 1).slice(1)])
      await apply(first)
      expect(isEmpty(await deploy(shell, spec))).toBe(true)
    })

    it.each(cases)(
      'does what is to be done, once, when $name',
      async ({ spec, requirements, before, titles: expected }) => {
        await home.python('bin/other', '3.11.2')
        await apply(await deploy(shell))
        await before?.()
        const plan = await deploy(shell, spec, requirements)
        expect(titles(plan)).toEqual(expected)
        await apply(plan)
        expect(isEmpty(await deploy(shell, spec, requirements))).toBe(true)
      },
    )

    const noted = ['note that venv blog-staging is still right']
    const moved = { spec: '3.11', changes: async () => utimes(`${home.path}/bin/python3.11`, 1e9, 1e9) }
    const patched = { spec: '3.11', changes: () => home.python('bin/python3.11', '3.11.10') }
    const minored = {
      spec: '3',
      changes: async () => {
        await home.python('bin/python3.11', '3.12.0')
        await moved.changes()
      },
    }
    const built = (version: string) => deployed(all.map((title) => title.replace('3.11.2', version)))
    it.each<[VenvSpec['pythonPin'], string, { spec: string; changes(): Promise<void> }, readonly string[]]>([
      [undefined, 'the same version was built anew', moved, built('3.11.2')],
      ['build', 'the same version was built anew', moved, built('3.11.2')],
      ['build', 'a patch version came', patched, built('3.11.10')],
      ['patch', 'the same version was built anew', moved, noted],
      ['patch', 'a patch version came', patched, built('3.11.10')],
      ['minor', 'the same version was built anew', moved, noted],
      ['minor', 'a patch version came', patched, noted],
      ['minor', 'a minor version came', minored, built('3.12.0')],
    ])('with python_pin: %s, where %s', async (pythonPin, _, { spec: python, changes }, expected) => {
      const spec = specOf({ venv: venvOf({ python, ...(pythonPin && { pythonPin }) }) })
      await home.python('bin/python3', '3.11.2')
      await rm(`${home.path}/bin/python3`)
      await home.link('bin/python3', 'python3.11')
      await apply(await deploy(shell, spec))
      await changes()
      const plan = await deploy(shell, spec)
      expect(titles(plan)).toEqual(expected)
      await apply(plan)
      await rm(`${home.path}/started`)
      expect(isEmpty(await deploy(shell, spec))).toBe(true)
      expect(existsSync(`${home.path}/started`)).toBe(false)
    })

    it('looks for no interpreter again where a lockfile changed for others', async () => {
      const locked = (...others: readonly string[]): RequirementsFiles => ({
        ...{ files: {}, arguments: [], needsTree: false },
        lockfile: {
          ...{ path: 'pylock.toml', format: 'pylock' },
          packages: ['django', ...others].map((name) => ({
            ...{ name, version: '1.0', hashes: ['a'.repeat(64)], artifacts: [] },
            ...(name !== 'django' && { marker: 'sys_platform == "win32"' }),
          })),
        },
      })
      await apply(await deploy(shell, specOf(), locked()))
      const plan = await deploy(shell, specOf(), locked('pywin32'))
      expect(titles(plan)).toEqual(noted)
      await apply(plan)
      await rm(`${home.path}/started`)
      for (const requirements of [locked('pywin32'), locked()])
        expect(isEmpty(await deploy(shell, specOf(), requirements))).toBe(true)
      expect(existsSync(`${home.path}/started`)).toBe(false)
    })

    it('goes back to a venv that is still there', async () => {
      await apply(await deploy(shell))
      await apply(await deploy(shell, specOf(), requirementsOf('flask\n')))
      const back = await deploy(shell)
      expect(titles(back)).toEqual(deployed(['send files of main (3f2a91c)'], 3))
      await apply(back)
      expect(isEmpty(await deploy(shell))).toBe(true)
    })

    it('takes the venv that was made without a release', async () => {
      const make = async () => planVenv(specOf(), await probe(shell, specOf(), requirementsOf()), requirementsOf())
      const first = await make()
      expect(titles(first)).toEqual(['build venv blog-staging (Python 3.11.2)', 'link ~/.virtualenvs/blog-staging'])
      await apply(first)
      expect(isEmpty(await make())).toBe(true)
      const plan = await deploy(shell)
      expect(titles(plan)).toEqual(
        deployed(['send files of main (3f2a91c)', 'write the hooks and details of venv blog-staging'], 1),
      )
      await apply(plan)
      expect([isEmpty(await deploy(shell)), isEmpty(await make())]).toEqual([true, true])
    })
  },
)
