import { expect, it } from 'vitest'
import { detectCi } from '../../src/render/ci.js'

it.each([
  [{ GITHUB_ACTIONS: 'true' }, 'github'],
  [{ GITLAB_CI: 'true' }, 'gitlab'],
  [{ TF_BUILD: 'True' }, 'azure'],
  [{ CI: 'true' }, undefined],
  [{}, undefined],
])('with %j we are on %s', (env, ci) => {
  expect(detectCi(env)).toBe(ci)
})
