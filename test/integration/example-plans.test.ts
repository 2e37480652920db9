import { describe, expect, it, onTestFinished } from 'vitest'
import { openExample } from '../support/example.js'

/** What `venvoy plan` says of an example before its first deploy, as it lies beside it; `vitest -u` writes it anew. */
const planOf = async (example: string, ...args: readonly string[]) => {
  const { venvoy, mask, stop } = await openExample(example)
  onTestFinished(stop)
  const { code, stdout } = await venvoy('plan', ...args)
  expect(code).toBe(0)
  return mask(stdout)
}

describe('expected-plan.txt is what venvoy plan says of the example', () => {
  it.each([
    ['django-site', []],
    ['fastapi-service', []],
    ['many-clients', ['client-1', 'client-100']],
    ['rolling', []],
  ])('%s', async (example, args) => {
    await expect(await planOf(example, ...args)).toMatchFileSnapshot(`../../examples/${example}/expected-plan.txt`)
  })
})

it('the hundred clients of many-clients have one plan, and each a folder, a venv, a unit and a port of its own', async () => {
  const { venvoy, stop } = await openExample('many-clients', { kind: 'sshd' })
  onTestFinished(stop)
  const { stdout } = await venvoy('plan')
  // `client-7@web1: 8 steps`
  const plans = stdout.split(/^(?=client-\d+@)/m)
  const ports = plans.map((plan) => /take port (\d+)/.exec(plan)![1]!)
  const ofOne = plans.map((plan, i) => plan.replaceAll(`client-${i + 1}`, 'client-1').replaceAll(ports[i]!, ports[0]!))
  expect([plans.length, new Set(ports).size, new Set(ofOne).size]).toEqual([100, 100, 1])
})
