import { expect, it } from 'vitest'
import type { CronSpec } from '../../src/config/cron-spec.js'
import type { InstanceSpec } from '../../src/config/spec.js'
import { VenvoyError } from '../../src/errors.js'
import type { HostFacts } from '../../src/facts/facts.js'
import { settingsOf } from '../../src/operations/settings.js'
import { diagnoseHost } from '../../src/plan/check.js'
import { planBy } from '../../src/plan/procedure.js'
import { shell } from '../../src/shell/command.js'
import { rollback } from '../../tasks/rollback.js'
import { described } from './described.js'
import { factsOf, releaseReceiptOf, requirementsOf, serving, specOf, treeOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': '' })
const job = (name: string, at: string, run: string): CronSpec => ({ name, at, command: shell(run), env: {} })
const to = '/home/ann/apps/blog-staging'
const lineOf = (at: string, name: string) => `${at} ${to}/run cron ${name}`

/** A host on which a spec serves, with these lines in the crontab. */
function factsWith(of: InstanceSpec, lines: readonly string[] | undefined): HostFacts {
  const current = releaseReceiptOf(tree, of.cron?.length ? { cron: true } : {})
  const settings = settingsOf(of, factsOf(), tree).receipt
  return factsOf({ ...serving(tree), current, settings }, lines && { crontab: { [to]: lines, '/other': ['@daily x'] } })
}
const plan = (of: InstanceSpec, facts: HostFacts) =>
  described(planDeploy(of, facts, tree, requirementsOf(), 'ann@laptop'))

const none = specOf()
const send = specOf({ cron: [job('1', '*/5 * * * *', 'python send.py'), job('2', '@daily', 'date +%s')] })
const lines = [lineOf('*/5 * * * *', '1'), lineOf('@daily', '2')]

it('is none of a plan where all is as it should be', () => {
  expect(plan(send, factsWith(send, lines))).toEqual(['staging on web1: nothing to do'])
  expect(plan(none, factsWith(none, undefined))).toEqual(['staging on web1: nothing to do'])
})

it('writes lines that somebody took away, without another release', () => {
  expect(plan(send, factsWith(send, lines.slice(1))).slice(1)).toEqual([
    '  ~ write the lines of the crontab',
    `      + ${lines[0]}`,
  ])
})

it('shows what comes and goes, and touches the crontab only where a line is another', () => {
  const now = specOf({ cron: [job('1', '*/5 * * * *', 'python send.py --all'), job('3', '@hourly', 'x')] })
  const all = plan(now, factsWith(send, lines))
  expect(all.slice(all.indexOf('      ~ cron 1: */5 * * * *  python send.py --all'))).toEqual([
    '      ~ cron 1: */5 * * * *  python send.py --all',
    '      + cron 3: @hourly  x',
    '      - cron 2',
    '  ~ switch to release 8',
    '      from release 7',
    '  ~ write the lines of the crontab',
    `      - ${lines[1]}`,
    `      + ${lineOf('@hourly', '3')}`,
  ])
  const command = specOf({ cron: [send.cron![0]!, job('2', '@daily', 'other')] })
  expect(plan(command, factsWith(send, lines)).at(-1)).toBe('      from release 7')
})

it('takes the lines away with the last of them', () => {
  expect(plan(none, factsWith(send, undefined)).at(-1)).toBe('  ~ take the lines from the crontab')
})

it('goes back with the release', () => {
  const [six, seven] = [6, 7].map((number) => releaseReceiptOf(tree, { number, ...(number === 6 && { cron: true }) }))
  const served = serving(tree).served!
  const kept = [six!, seven!].map((receipt) => ({ receipt, venv: { ...served, path: receipt.venv } }))
  const facts = factsOf({ ...serving(tree), current: seven!, kept })
  const titles = planBy(rollback(), { spec: none, facts, by: 'ann' }).switch.map(({ title }) => title)
  expect(titles.slice(0, 2)).toEqual(['switch to release 6', 'write the lines of the crontab'])
})

it('says before anything is touched that a host has no cron', () => {
  expect(() => plan(send, factsOf())).toThrow(VenvoyError)
  const problems = diagnoseHost(factsOf({}, { programs: {} }), [send]).filter(({ level }) => level === 'problem')
  expect(problems.map(({ text, next }) => [text, next])).toEqual([
    ['there is no crontab on this host', 'sudo apt-get install cron'],
  ])
})

it('quotes a folder for the shell, and what cron takes for a newline', () => {
  const facts = factsOf({ to: "/srv/a b/100%/it's" })
  expect(settingsOf(send, facts, tree).crontab).toBe(
    `*/5 * * * * '/srv/a b/100\\%/it'\\''s/run' cron 1\n@daily '/srv/a b/100\\%/it'\\''s/run' cron 2\n`,
  )
  expect(settingsOf(send, facts, tree).texts.cron).toEqual({ 1: 'exec python send.py\n', 2: 'exec date +%s\n' })
})
