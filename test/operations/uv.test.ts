import { describe, expect, it } from 'vitest'
import type { VenvSpec } from '../../src/config/spec.js'
import { assertUvKnows, chooseUv, toolLines } from '../../src/operations/uv.js'
import { pythonOf, specOf, venvOf } from '../plan/given.js'

const uv = { name: 'uv' } as const
const uvs = [
  { path: '/usr/bin/uv', version: '0.4.30' },
  { path: '/home/ann/.local/bin/uv', version: '0.12.1' },
  { path: '/home/ann/.cache/venvoy/uv/0.9.5/uv', version: '0.9.5' },
]

describe('the uv of a venv', () => {
  it.each<[string, Partial<VenvSpec>, string | undefined]>([
    ['none, where neither wants it', { installer: { name: 'pip', version: '24.0' } }, undefined],
    ['the first that is new enough', { installer: uv }, '0.12.1 /home/ann/.local/bin/uv'],
    [
      'the same for what only makes venvs',
      { with: 'uv', installer: { name: 'pip' } },
      '0.12.1 /home/ann/.local/bin/uv',
    ],
    [
      'the version that is named',
      { installer: { ...uv, version: '0.9.5' } },
      '0.9.5 /home/ann/.cache/venvoy/uv/0.9.5/uv',
    ],
    ['that version, fetched, where the host has others', { installer: { ...uv, version: '0.9.4' } }, '0.9.4 fetched'],
    ['with our hashes, where we know them', { installer: { ...uv, version: '0.13.9' } }, '0.13.9 fetched, 19 hashes'],
  ])('is %s', (_, changes, expected) => {
    const chosen = chooseUv(venvOf(changes), { uvs })
    const hashes = chosen?.digests === undefined ? '' : `, ${chosen.digests.length} hashes`
    expect(chosen && `${chosen.version} ${chosen.path ?? `fetched${hashes}`}`).toBe(expected)
  })

  it('is fetched where the host has none', () => {
    const chosen = chooseUv(venvOf({ installer: uv }), {})
    expect([chosen?.version, chosen?.path, chosen?.digests?.every((each) => /^[0-9a-f]{64}$/.test(each))]).toEqual([
      '0.13.9',
      undefined,
      true,
    ])
  })

  it.each<[Partial<VenvSpec>, string[]]>([
    [{}, []],
    [{ with: 'virtualenv' }, ['made by virtualenv']],
    [{ installer: { name: 'pip', version: '24.0' } }, ['installed by pip 24.0']],
    [{ installer: uv }, ['installed by uv 0.12.1 (/home/ann/.local/bin/uv)']],
    [{ with: 'uv', installer: uv }, ['made and installed by uv 0.12.1 (/home/ann/.local/bin/uv)']],
    [{ with: 'uv', installer: { name: 'pip' } }, ['made by uv 0.12.1 (/home/ann/.local/bin/uv)']],
    [
      { with: 'virtualenv', installer: { ...uv, version: '0.8.0' } },
      ['made by virtualenv', 'installed by uv 0.8.0, which is fetched from the index first'],
    ],
  ])('is named in the plan: %j', (changes, lines) => {
    const venv = venvOf(changes)
    expect(toolLines(venv, chooseUv(venv, { uvs }))).toEqual(lines)
  })
})

it('is refused with a Python that it does not know', () => {
  const refused = (venv: VenvSpec, version: string) => () => assertUvKnows(specOf({ venv }), pythonOf(version))
  expect(refused(venvOf({ installer: uv }), '2.7.18')).toThrow(
    'staging on web1: uv does not work with Python 2.7.18\n  /opt/python/2.7.18/bin/python2.7; it needs 3.6 or newer\n  try: set `installer: pip` and `with: virtualenv` under venv:',
  )
  for (const fine of [refused(venvOf({ with: 'uv' }), '3.6.15'), refused(venvOf(), '2.7.18')])
    expect(fine).not.toThrow()
})
