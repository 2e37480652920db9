import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { InstanceSpec } from '../../src/config/spec.js'
import type { HostFacts } from '../../src/facts/facts.js'
import { noQuestion, type ProbeQuestion, probeScript } from '../../src/facts/probe.js'
import { questionAbout } from '../../src/facts/question.js'
import { venvInputs } from '../../src/operations/fingerprint.js'
import { isEmpty } from '../../src/plan/plan.js'
import { type ProbedHome, probedHome, shells } from '../remote/probed-home.js'
import { apply } from './applied.js'
import { requirementsOf, specOf, treeOf, venvOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': 'print(1)' })
const specs = Array.from({ length: 100 }, (_, i): InstanceSpec => {
  const name = `client-${i + 1}`
  return specOf({ name, to: `~/apps/blog-${name}`, venv: venvOf({ name: `blog-${name}` }) })
})
const question: ProbeQuestion = {
  ...noQuestion,
  interpreters: 'if-needed',
  instances: specs.map((spec) => questionAbout(spec, venvInputs(spec.venv, requirementsOf(), tree))),
}

let home: ProbedHome
const ask = (shell: readonly string[]): Promise<HostFacts> =>
  home.facts(shell, question, { PATH: `${home.path}/bin:/usr/bin:/bin` })
const planned = (facts: HostFacts) => specs.map((spec) => planDeploy(spec, facts, tree, requirementsOf(), 'ann@laptop'))

beforeAll(async () => {
  home = await probedHome()
  await home.python('bin/python3.11', '3.11.2')
  for (const plan of planned(await ask(['sh']))) await apply(plan)
  await rm(`${home.path}/started`)
})
afterAll(() => home.remove())

it.each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'with nothing to do, 100 instances take one probe and no Python: %s',
  async (_, shell) => {
    const plans = planned(await ask(shell))
    expect(plans.filter((plan) => !isEmpty(plan))).toEqual([])
    expect(existsSync(`${home.path}/started`)).toBe(false)
  },
)

it('which fits on a command line', () => {
  expect(probeScript(question).length).toBeLessThan(64 * 1024)
})
