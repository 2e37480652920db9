import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/operations/step.js'
import type { Plan } from '../../src/plan/plan.js'
import { described } from './described.js'
import { factsOf, requirementsOf, serving, specOf, stepOf, treeOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': '1' })
const older = treeOf({ 'app.py': '0' })
const spec = specOf({ afterSwitch: [stepOf('restart', { always: true })] })
const planOf = (state = serving(older), own = spec): Plan =>
  planDeploy(own, factsOf(state), tree, requirementsOf(), 'ann@laptop')
const titles = (steps: readonly Step[] = []) => steps.map(({ title }) => title)

describe('what a deploy does behind the switch', () => {
  it('is undone in the order of a switch, marked as such, and shows in no plan', () => {
    const plan = planOf()
    expect(titles(plan.undo)).toEqual(['switch back to release 7', 'restart'])
    expect(plan.undo?.map((step) => [step.undoes, 'always' in step && step.always])).toEqual([
      [true, false],
      [true, false],
    ])
    expect(described(plan).filter((line) => /^ {2}[~-]/.test(line))).toEqual(['  ~ switch to release 8', '  ~ restart'])
  })

  it('ends with the note that it came to its end', () => {
    expect(titles(planOf().switch)).toEqual([
      'switch to release 8',
      'restart',
      'note that the switch has come to its end',
    ])
    expect(planOf(serving(tree)).switch).toEqual([])
  })

  it('is only marked where nothing served before: there is nothing to restart', () => {
    expect(planOf({}).undo).toMatchObject([
      {
        title: 'mark release 1 as failed',
        undone: 'nothing served before: release 1 stays, marked as failed',
        input: { to: '/home/ann/apps/blog-staging', number: 1, by: 'ann@laptop' },
      },
    ])
  })

  it('removes releases when all hosts are through', () => {
    const plan = planOf(serving(older, { releases: [5, 6, 7], whole: [5, 6, 7] }), { ...spec, keep: 2 })
    expect([titles(plan.settle), titles(plan.switch).includes('remove 2 releases')]).toEqual([
      ['remove 2 releases'],
      false,
    ])
  })
})

describe('what serves and is wanted', () => {
  it.each([
    ['failed', { failed: [7] }, 'release 7 serves although it failed'],
    ['has not come to its end', { unsettled: true }, 'what follows the switch to release 7 did not come to its end'],
  ])('is deployed again if it %s', (_, state, why) => {
    expect(described(planOf(serving(tree, state)))).toContain(`      ${why}`)
  })

  it('is left as it is if another failed', () => {
    expect(described(planOf(serving(tree, { failed: [6] })))).toEqual(['staging on web1: nothing to do'])
  })
})
