import { describe, expect, it } from 'vitest'
import { fileNames } from '../../src/config/file-names.js'

const plain = (texts: readonly string[]) => {
  const names = fileNames(texts)
  return Object.fromEntries(Object.entries(names).map(([kind, named]) => [kind, [...named]]))
}

describe('the names of a file', () => {
  it('are those of all its sections, patterns expanded, with what tasks are for', () => {
    const text = `project: blog
hosts: { web1: local, web2: { address: x } }
groups: { web: [web1] }
instances: { "client-{1..2}": , staging: { hosts: [web1] } }
tasks:
  uptime: { desc: "How busy\\n are\\tthe hosts?", run: uptime }
  migrate: python manage.py migrate
`
    expect(plain([text])).toEqual({
      instances: [
        ['client-1', ''],
        ['client-2', ''],
        ['staging', ''],
      ],
      hosts: [
        ['web1', ''],
        ['web2', ''],
      ],
      groups: [['web', '']],
      tasks: [
        ['uptime', 'How busy are the hosts?'],
        ['migrate', ''],
      ],
    })
  })

  it('are those of the overlay too', () => {
    expect(plain(['hosts: { a: local }', 'hosts: { b: local }']).hosts).toEqual([
      ['a', ''],
      ['b', ''],
    ])
  })

  it.each([
    ['', []],
    ['just text', []],
    ['hosts: [a]', []],
    ['hosts: { a: local', ['a']],
    ['hosts: { a: local, a: local }', ['a']],
    ['hosts: { "$(reboot)": local, "a;b": , "`x`": , "a b": , a: }', ['a']],
    ['hosts: { "{1..99999}": , b: }', ['b']],
    ['hosts: { 8: local }', ['8']],
  ])('are found in %j as far as they are safe to type', (text, hosts) => {
    expect([...fileNames([text]).hosts.keys()]).toEqual(hosts)
  })
})
