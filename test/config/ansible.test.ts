import { describe, expect, it } from 'vitest'
import { fromAnsible } from '../../src/config/ansible.js'
import { hostsOf, parseAnsibleIni } from '../../src/config/ansible-ini.js'
import { parseAnsibleYaml } from '../../src/config/ansible-yaml.js'

const ini = `# all of it
mail.example.com
jump ansible_host=10.0.0.1 ansible_port=2222 # the way in

[web]
web[01:03].example.com ansible_user=www weight=2 # three of them
[db]
db-[a:b] ansible_ssh_private_key_file="~/.ssh/db key" primary=True name='two words'

[site:children]
web
db

[site:vars]
ansible_user = deploy
http_port=8080
domain = example.com

[web:vars]
http_port = 80
path={{ base }}/x

[all:vars]
ansible_port=22
ntp=None
`

const yaml = `
all:
  vars: { ansible_port: 22, ntp: null }
  hosts:
    mail.example.com:
    jump: { ansible_host: 10.0.0.1, ansible_port: 2222 }
  children:
    site:
      vars: { ansible_user: deploy, http_port: 8080, domain: example.com, users: [a, b], password: !vault "x" }
      children:
        web:
          hosts:
            web[01:03].example.com: { ansible_user: www, weight: 2 }
          vars: { http_port: 80, path: "{{ base }}/x" }
        db:
          hosts:
            db-[a:b]: { ansible_ssh_private_key_file: ~/.ssh/db key, primary: true, name: two words }
    ungrouped:
`

const web = { user: 'www', port: 22, vars: { weight: 2 } }
const db = { user: 'deploy', port: 22, identity_file: '~/.ssh/db key', vars: { primary: true, name: 'two words' } }
const hosts = {
  'mail.example.com': { port: 22, vars: {} },
  jump: { address: '10.0.0.1', port: 2222, vars: {} },
  'web01.example.com': web,
  'web02.example.com': web,
  'web03.example.com': web,
  'db-a': db,
  'db-b': db,
}
const webHosts = ['web01.example.com', 'web02.example.com', 'web03.example.com']
const groups = {
  all: { hosts: Object.keys(hosts), vars: { ntp: null } },
  site: { hosts: ['web', 'db'], vars: { http_port: 8080, domain: 'example.com' } },
  db: { hosts: ['db-a', 'db-b'], vars: {} },
  web: { hosts: webHosts, vars: { http_port: 80 } },
}

function read(inventory: ReturnType<typeof parseAnsibleIni>) {
  const leftOut: string[] = []
  return { ...fromAnsible('hosts', inventory, (name) => leftOut.push(name)), leftOut }
}

describe('an inventory of Ansible’s', () => {
  it('is read from INI, parents before children', () => {
    const { leftOut, ...inventory } = read(parseAnsibleIni('hosts', ini))
    const ungrouped = { hosts: ['mail.example.com', 'jump'], vars: {} }
    expect(inventory).toEqual({ source: 'hosts', hosts, groups: { ...groups, ungrouped } })
    expect(Object.keys(inventory.groups)).toEqual(['all', 'site', 'ungrouped', 'db', 'web'])
    expect(leftOut).toEqual(['path'])
  })

  it('is read from YAML, to the same', () => {
    const { leftOut, ...inventory } = read(parseAnsibleYaml('hosts', yaml))
    expect(inventory).toEqual({ source: 'hosts', hosts, groups })
    expect(leftOut.sort()).toEqual(['password', 'path', 'users'])
  })

  it('knows this machine', () => {
    const { hosts: own } = read(parseAnsibleIni('hosts', 'localhost ansible_connection=local ansible_host=127.0.0.1'))
    expect(own).toEqual({ localhost: { address: 'local', vars: {} } })
  })

  it('ends in a circle of groups', () => {
    const { groups: own } = read(parseAnsibleIni('hosts', '[a]\nx\n[a:children]\nb\n[b:children]\na\n'))
    expect(own.a?.hosts).toEqual(['x', 'b'])
  })

  it.each([
    ['[web:hots]', 'hosts:1: [web:hots] is no section: there are [web], [web:vars] and [web:children]\n  [web:hots]'],
    ['\nweb1 fast', 'hosts:2: should be name=value: fast\n  web1 fast'],
    ['[web:vars]\nfast', 'hosts:2: should be name=value\n  fast'],
  ])('in INI that is wrong is explained: %j', (text, message) => {
    expect(() => parseAnsibleIni('hosts', text)).toThrow(message)
  })

  it.each([
    ['- web1', 'hosts: the file: should be a map'],
    ['all: { hosts: [web1] }', 'hosts: all.hosts: should be a map'],
    ['all: {', 'hosts: no YAML: '],
  ])('in YAML that is wrong is explained: %j', (text, message) => {
    expect(() => parseAnsibleYaml('hosts', text)).toThrow(message)
  })
})

describe('a host of Ansible’s', () => {
  it.each([
    ['web1', ['web1']],
    ['web1:2222', ['web1 2222']],
    ['[::1]:22', ['::1 22']],
    ['web[8:10]', ['web8', 'web9', 'web10']],
    ['web[08:10].x:22', ['web08.x 22', 'web09.x 22', 'web10.x 22']],
    ['r[1:2]n[a:b]', ['r1na', 'r1nb', 'r2na', 'r2nb']],
    ['w[1:9:4]', ['w1', 'w5', 'w9']],
    ['w[3:1]', []],
  ])('%s is %j', (written, expected) => {
    const said = hostsOf(written).map(({ host, port }) => (port === undefined ? host : `${host} ${port}`))
    expect(said).toEqual(expected)
  })

  it('has no range that fills the memory', () => {
    expect(hostsOf('w[1:999999999]')).toHaveLength(10_000)
  })
})
