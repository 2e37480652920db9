import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPlan, writePlan } from '../../src/cli/plan-file.js'
import type { World } from '../../src/cli/world.js'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'venvoy-plan-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const worldAt = (time: string) => ({ cwd, now: () => Date.parse(time) }) as World
const plan = {
  ...{ v: 1 as const, created: '2026-11-01T12:00:00.000Z', by: 'ann@laptop', project: 'blog', set: ['vars.a=1'] },
  targets: [
    {
      ...{
        host: 'web1',
        instance: 'staging',
        revision: 'main (3f2a91c)',
        commit: '3f2a91c',
        tree: 'd1',
        generation: 7,
      },
      ...{ steps: [{ title: '~ link', lines: ['to b'] }], digest: 'd2' },
    },
  ],
}

describe('a saved plan', () => {
  it('is a file of its user alone, and reads as it was written, for a week', () => {
    writePlan(worldAt(plan.created), 'plan.json', plan)
    expect(statSync(join(cwd, 'plan.json')).mode & 0o777).toBe(0o600)
    expect(readPlan(worldAt('2026-11-08T12:00:00Z'), 'plan.json')).toEqual(plan)
    expect(() => readPlan(worldAt('2026-11-08T12:00:01Z'), 'plan.json')).toThrow(
      expect.objectContaining({
        exitCode: 6,
        message: `plan.json: this plan has expired: it was made 2026-11-01T12:00:00.000Z by ann@laptop, more than 7 days ago
  try: venvoy plan --out plan.json`,
      }),
    )
  })

  it('is not written where there is no such folder', () => {
    expect(() => writePlan(worldAt(plan.created), 'no/plan.json', plan)).toThrow(
      /^no\/plan.json: cannot be written: ENOENT/,
    )
  })

  const broken =
    'plan.json: not a plan that this venvoy can apply\n  it is none, or broken off\n  try: venvoy plan --out plan.json'
  it.each<[string, string | undefined, string]>([
    ['there is none', undefined, 'plan.json: there is no such file\n  try: venvoy plan --out plan.json'],
    ['it is broken off', JSON.stringify(plan).slice(0, 200), broken],
    ['it is something else', '[]', broken],
    ['a part of it is missing', JSON.stringify({ ...plan, targets: [{ ...plan.targets[0], digest: 1 }] }), broken],
    ['its time is none', JSON.stringify({ ...plan, created: 'then' }), broken],
    [
      'it is of another version',
      JSON.stringify({ ...plan, v: 2 }),
      broken.replace('it is none, or broken off', 'another version of venvoy wrote it (2)'),
    ],
  ])('is refused where %s', (_, text, message) => {
    if (text !== undefined) writeFileSync(join(cwd, 'plan.json'), text)
    expect(() => readPlan(worldAt(plan.created), 'plan.json')).toThrow(
      expect.objectContaining({ message, exitCode: 2 }),
    )
  })
})
