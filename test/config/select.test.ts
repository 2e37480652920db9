import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read.js'
import { type Selection, selectHosts, selectInstances } from '../../src/config/select.js'

const text = `
project: blog
hosts: { web1: , web2: , db.example: , spare: }
groups: { web: [web1, web2], db: [db.example] }
instances:
  production: { hosts: [web] }
  staging: { hosts: [web1] }
  client-{1..2}: { hosts: [db] }
`
const { config } = readConfig({ file: 'deploy.yml', text }, { env: () => undefined })
const none: Selection = { instances: [], hosts: [], groups: [], exclude: [] }

const instances = (selection: Partial<Selection>) =>
  selectInstances(config!, { ...none, ...selection }).map(({ name, host }) => `${name}@${host.name}`)
const hosts = (selection: Partial<Selection>) => selectHosts(config!, { ...none, ...selection }).map(({ name }) => name)

describe('a selection of instances', () => {
  test.each<[Partial<Selection>, string[]]>([
    [{}, ['production@web1', 'production@web2', 'staging@web1', 'client-1@db.example', 'client-2@db.example']],
    [{ instances: ['staging'] }, ['staging@web1']],
    [{ instances: ['client-*'] }, ['client-1@db.example', 'client-2@db.example']],
    [{ instances: ['*ing', 'client-2'] }, ['staging@web1', 'client-2@db.example']],
    [{ instances: ['client-{1..2}'] }, ['client-1@db.example', 'client-2@db.example']],
    [{ instances: ['{staging,client-2}'], hosts: ['web{1..2}'] }, ['staging@web1']],
    [{ hosts: ['web2'] }, ['production@web2']],
    [{ groups: ['web'] }, ['production@web1', 'production@web2', 'staging@web1']],
    [{ hosts: ['web2'], groups: ['db'] }, ['production@web2', 'client-1@db.example', 'client-2@db.example']],
    [{ instances: ['production'], hosts: ['web1'] }, ['production@web1']],
    [{ exclude: ['db', 'production'] }, ['staging@web1']],
    [{ exclude: ['web1', 'client-*'] }, ['production@web2']],
  ])('%j', (selection, expected) => {
    expect(instances(selection)).toEqual(expected)
  })
})

describe('a selection of hosts', () => {
  test.each<[Partial<Selection>, string[]]>([
    [{}, ['web1', 'web2', 'db.example', 'spare']],
    [{ hosts: ['web*'] }, ['web1', 'web2']],
    [{ groups: ['db'] }, ['db.example']],
    [{ instances: ['production'] }, ['web1', 'web2']],
    [{ instances: ['production'], exclude: ['web1'] }, ['web2']],
    [{ exclude: ['web', 'spare'] }, ['db.example']],
  ])('%j', (selection, expected) => {
    expect(hosts(selection)).toEqual(expected)
  })
})

describe('a name that means nothing is an error that says what there is', () => {
  test.each<[Partial<Selection>, string]>([
    [
      { instances: ['stagin'] },
      'unknown instance "stagin"\n  did you mean staging?\n  there are: production, staging, client-1, client-2',
    ],
    [
      { instances: ['client-{1..3}'] },
      'unknown instance "client-3"\n  did you mean client-1?\n  there are: production, staging, client-1, client-2',
    ],
    [{ instances: ['client-{2..1}'] }, '"client-{2..1}" counts down: write {1..2}'],
    [{ instances: ['x*'] }, 'no instance is called like "x*"\n  there are: production, staging, client-1, client-2'],
    [
      { hosts: ['dbxexample'] },
      'unknown host "dbxexample"\n  did you mean db.example?\n  there are: web1, web2, db.example, spare',
    ],
    [{ groups: ['constructor'] }, 'unknown group "constructor"\n  there are: web, db'],
    [
      { exclude: ['nobody'] },
      'unknown host, group or instance "nobody"\n  there are: web1, web2, db.example, spare, web, db, production, staging, client-1, client-2',
    ],
    [{ instances: ['staging'], hosts: ['web2'] }, 'no instance is left by -i staging -H web2'],
  ])('%j', (selection, message) => {
    expect(() => instances(selection)).toThrow(expect.objectContaining({ kind: 'config', message }))
  })

  test('and so it is for hosts', () => {
    const selection = { hosts: ['web1'], exclude: ['web'] }
    expect(() => hosts(selection)).toThrow(expect.objectContaining({ message: 'no host is left by -H web1 -x web' }))
  })
})
