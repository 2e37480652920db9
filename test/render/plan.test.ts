import { describe, expect, it } from 'vitest'
import { createPaint } from '../../src/render/color.js'
import { nothingToDoLines, planLines, planRecap } from '../../src/render/plan.js'

const esc = '\u001b'
const targets = ['a', 'b', 'c', 'd', 'e', 'f'].map((instance) => ({ host: 'web1', instance }))
const steps = [
  { title: '+ build venv', lines: ['+ flask 3.0.0', '~ six 1.15 -> 1.16', '- django 2.2', 'Python 3.11.7'] },
  { title: '~ run set -e\nmake', lines: [] },
  { title: '- remove venv blog-old', lines: [] },
]
const plan = { type: 'instance:plan', host: 'web1', instance: 'staging', steps } as const

describe('a plan', () => {
  it('reads as a block', () => {
    expect(planLines(plan, createPaint(false))).toEqual([
      'staging@web1: 3 steps',
      '  + build venv',
      '    + flask 3.0.0',
      '    ~ six 1.15 -> 1.16',
      '    - django 2.2',
      '    Python 3.11.7',
      '  ~ run set -e …',
      '  - remove venv blog-old',
    ])
  })

  it('shows in colour what is added, changed and removed', () => {
    expect(planLines(plan, createPaint(true))).toEqual([
      `${esc}[1mstaging@web1${esc}[22m: 3 steps`,
      `  ${esc}[32m+ build venv${esc}[39m`,
      `    ${esc}[32m+ flask 3.0.0${esc}[39m`,
      `    ${esc}[33m~ six 1.15 -> 1.16${esc}[39m`,
      `    ${esc}[31m- django 2.2${esc}[39m`,
      '    Python 3.11.7',
      `  ${esc}[33m~ run set -e …${esc}[39m`,
      `  ${esc}[31m- remove venv blog-old${esc}[39m`,
    ])
  })

  it('says that there is nothing to do for each, or for many on one line', () => {
    const paint = createPaint(false)
    expect(nothingToDoLines(targets.slice(0, 2), paint)).toEqual(['a@web1: nothing to do', 'b@web1: nothing to do'])
    expect(nothingToDoLines(targets, paint)).toEqual([
      '6 targets: nothing to do (a@web1, b@web1, c@web1, d@web1, e@web1, f@web1)',
    ])
    expect([planRecap(2, 0, paint), planRecap(0, 3, paint), planRecap(1, 1, paint)]).toEqual([
      '2 to change',
      '3 with nothing to do',
      '1 to change, 1 with nothing to do',
    ])
  })
})
