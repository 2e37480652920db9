import { expect, it } from 'vitest'
import { checkLockable } from '../../src/lock/check-inputs.js'
import { digest, failureOf } from './support.js'

const project =
  'leave out the project itself, whose code comes with the release; of all else build a wheel, and publish or name that'

it.each([
  [
    'django\n--extra-index-url=https://i.example.com/\n',
    "a.in:2: with an extra index, pip takes the highest version that any index offers\n  whoever publishes a package of yours' name elsewhere decides what is installed (dependency confusion)\n  try: name one index that has all, such as a mirror with your packages: venv: { index: … }; or bring a lockfile with hashes",
  ],
  ['-e .', `a.in:1: cannot be locked: -e .\n  what is editable has no hash\n  try: ${project}`],
  [
    'x @ git+https://example.com/x.git',
    `a.in:1: cannot be locked: x @ git+https://example.com/x.git\n  what comes from a repository has no hash\n  try: ${project}`,
  ],
  [
    `x==1 --hash=sha256:${digest('a')}`,
    'a.in:1: this file has hashes: it is a lockfile already\n  try: name what it was made from: venv: { requirements: requirements.in }',
  ],
])('%s is refused', (text, message) => {
  expect(failureOf(() => checkLockable({ files: { 'a.in': text }, arguments: [] }))).toBe(message)
})

it('what pip reads from one index is not', () => {
  const text =
    '-i https://i.example.com/\n-r b.in\ndjango[argon2]>=5 ; os_name == "posix"\nx @ https://example.com/x.whl\n'
  expect(() => checkLockable({ files: { 'a.in': text }, arguments: [] })).not.toThrow()
})
