import { expect, it } from 'vitest'
import type { InstanceSpec } from '../../src/config/spec.js'
import type { WrapperSpec } from '../../src/config/wrapper-spec.js'
import type { HostFacts } from '../../src/facts/facts.js'
import { settingsOf } from '../../src/operations/settings.js'
import type { Tree } from '../../src/operations/tree.js'
import { describeStatus } from '../../src/plan/status.js'
import { shell } from '../../src/shell/command.js'
import { described } from './described.js'
import { factsOf, releaseReceiptOf, requirementsOf, serving, specOf, treeOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'tools/report.py': 'print(1)\n' })
const command = (to: string, run: string): WrapperSpec => {
  return { name: to.slice(to.lastIndexOf('/') + 1), to, kind: 'run', command: shell(run) }
}
const report: WrapperSpec = { name: 'report', to: '/srv/bin/report', kind: 'script', script: 'tools/report.py' }
const manage = command('~/bin/manage', 'python manage.py')
const both = specOf({ wrappers: [manage, report] })
const all = ['/home/ann/bin/manage', '/srv/bin/report']

/** A host on which a spec serves, where these wrappers are. */
function factsWith(of: InstanceSpec, wrappers: readonly string[], changes: { readonly tree?: Tree } = {}): HostFacts {
  const of_ = changes.tree ?? tree
  const current = releaseReceiptOf(of_, of.wrappers?.length ? { wrappers: true } : {})
  return factsOf({ ...serving(of_), current, settings: settingsOf(of, factsOf(), of_).receipt, wrappers })
}
const plan = (of: InstanceSpec, facts: HostFacts, from = tree) =>
  described(planDeploy(of, facts, from, requirementsOf(), 'ann@laptop'))

it('are none of a plan where all is as it should be', () => {
  expect(plan(both, factsWith(both, all))).toEqual(['staging on web1: nothing to do'])
})

it('come back where somebody took one away, without another release', () => {
  expect(plan(both, factsWith(both, all.slice(1))).slice(1)).toEqual(['  ~ write wrappers', '      + ~/bin/manage'])
})

it('are shown as they come and go, and written only where a file is another', () => {
  const lines = (of: InstanceSpec, had: InstanceSpec, from = tree) => {
    const shown = plan(of, factsWith(had, had.wrappers ? all : []), from)
    return shown.filter((line) => / wrapper |bin/.test(line) || line.endsWith(' wrappers')).map((line) => line.trim())
  }
  expect(lines(both, specOf())).toEqual([
    'the same files as release 7, with other wrappers',
    '+ wrapper ~/bin/manage: python manage.py',
    '+ wrapper /srv/bin/report: tools/report.py',
    '~ write wrappers',
    '+ ~/bin/manage',
    '+ /srv/bin/report',
  ])
  const other = specOf({ wrappers: [command('~/bin/manage', 'python other.py'), report] })
  expect(lines(other, both)).toEqual([
    'the same files as release 7, with other wrappers',
    '~ wrapper ~/bin/manage: python other.py',
  ])
  expect(lines(both, both, treeOf({ 'tools/report.py': 'print(2)\n' }))).toEqual([
    '~ wrapper /srv/bin/report: tools/report.py',
    '~ write wrappers',
    '~ /srv/bin/report',
  ])
  expect(lines(specOf(), both)).toEqual([
    'the same files as release 7, with other wrappers',
    '- wrapper ~/bin/manage',
    '- wrapper /srv/bin/report',
    '~ remove wrappers',
    '- ~/bin/manage',
    '- /srv/bin/report',
  ])
})

it('are refused where the tree lacks a script, or no bang line could name the interpreter', () => {
  const gone = specOf({ wrappers: [{ ...report, script: 'no.py' }] })
  expect(() => plan(gone, factsOf())).toThrow('main (3f2a91c) has no file no.py')
  for (const to of ['/srv/a b', `/srv/${'x'.repeat(110)}`])
    expect(() => plan(both, factsOf({ to }))).toThrow('no bang line can name the interpreter of ~/apps/blog-staging')
})

it('call the script of the instance by a path that the shell may read, and a command as a whole', () => {
  const of = specOf({
    wrappers: [command('~/bin/a', 'python a.py --x'), command('~/bin/b', 'cd x && echo "it\'s $1"')],
  })
  const { wrappers, texts } = settingsOf(of, factsOf({ to: "/srv/it's" }), tree)
  expect(wrappers?.[0]).toEqual({
    path: '~/bin/a',
    text: `#!/bin/sh\n# A wrapper of /srv/it's, written by venvoy.\nexec '/srv/it'\\''s/run' wrapper a "$@"\n`,
  })
  expect(texts.wrappers).toEqual({
    a: 'exec python a.py --x "$@"\n',
    b: `exec /bin/sh -c 'cd x && echo "it'\\''s $1"' "$0" "$@"\n`,
  })
})

it('are told by the status where they are gone', () => {
  expect(describeStatus(both, factsWith(both, all.slice(1)))[2]).toBe('serving; ~/bin/manage is gone')
})
