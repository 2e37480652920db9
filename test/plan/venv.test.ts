import { expect, it } from 'vitest'
import type { HostFacts } from '../../src/facts/facts.js'
import { planRemoveVenv, planVenv } from '../../src/plan/venv.js'
import { described } from './described.js'
import { factsOf, requirementsOf, serving, specOf, treeOf, venvReceiptOf } from './given.js'

const tree = treeOf({ 'setup.py': '1' })
const path = '/home/ann/.virtualenvs/.venvoy/0123456789abcdef/blog-staging'
const built = [{ path, receipt: venvReceiptOf(), sound: true }]

it('builds a venv from the tree where requirements refer to it, and links it', () => {
  const requirements = { ...requirementsOf('.'), needsTree: true }
  const plan = planVenv(specOf(), factsOf(), requirements, tree)
  const made = String(plan.switch[0]?.lines[0]).replace(/[0-9a-f]{16}/, 'FINGERPRINT')
  expect([...described({ ...plan, switch: [] }), made]).toEqual([
    'staging on web1',
    '  + send files of main (3f2a91c)',
    '      1 file, 1 byte; only what the host lacks is sent',
    '  + build venv blog-staging (Python 3.11.2)',
    '      Python 3.11.2: /usr/bin/python3.11',
    '      installs requirements.txt (1 line)',
    '      the first one',
    'to /home/ann/.virtualenvs/.venvoy/FINGERPRINT/blog-staging',
  ])
})

it('leaves the link of an instance that serves to the next deploy', () => {
  const plan = planVenv(specOf(), factsOf(serving(tree)), requirementsOf('flask'))
  expect(described(plan)).toEqual([
    'staging on web1',
    '  + build venv blog-staging (Python 3.11.2)',
    '      Python 3.11.2: /usr/bin/python3.11',
    '      installs requirements.txt (1 line)',
    '      because the requirements or options changed',
    '  note: the current release keeps its venv until the next deploy',
  ])
})

it.each<[string, HostFacts, string[]]>([
  ['nothing', factsOf(), ['staging on web1: nothing to do']],
  [
    'a venv and its link',
    factsOf({ homeEntry: path, built }),
    ['staging on web1', '  - remove venv blog-staging', '      ~/.virtualenvs/blog-staging', `      ${path}`],
  ],
])('removes %s', (_, facts, lines) => {
  expect(described(planRemoveVenv(specOf(), facts))).toEqual(lines)
})

it.each<[string, HostFacts, string]>([
  [
    'that an instance serves from',
    factsOf(serving(tree)),
    `staging on web1: venv blog-staging is in use
  release 7 (main (3f2a91c)) serves from it
  try: give the instance another venv first: change venv.name, deploy, and remove this one then`,
  ],
  [
    'that is not ours',
    factsOf({ homeEntry: '/srv/theirs' }),
    `staging on web1: ~/.virtualenvs/blog-staging exists and is not venvoy's
  it is a link to /srv/theirs
  try: give this venv another name (venv.name), or move that one away: mv ~/.virtualenvs/blog-staging ~/.virtualenvs/blog-staging.before-venvoy`,
  ],
  [
    'without any Python',
    factsOf({ homeEntry: path }, { interpreters: [] }),
    `staging on web1: no Python was found that could remove the venv
  try: sudo apt-get install python3`,
  ],
])('does not remove a venv %s', (_, facts, message) => {
  expect(() => planRemoveVenv(specOf(), facts)).toThrow(expect.objectContaining({ message }))
})
