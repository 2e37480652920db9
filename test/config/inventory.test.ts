import { describe, expect, it } from 'vitest'
import { describeDiagnostics } from '../../src/config/diagnostic.js'
import { type Inventory, wantedInventories } from '../../src/config/inventory.js'
import { parseInventoryJson } from '../../src/config/inventory-json.js'
import { readConfig } from '../../src/config/read.js'

const read = (text: string, inventories: readonly Inventory[]) =>
  readConfig({ file: 'deploy.yml', text }, { env: () => undefined, inventories })

describe('what a file asks for', () => {
  it('is known before the file is read as a whole', () => {
    const text =
      'inventory: [{ ssh_config: web* }, { command: ./x, group: g }, { ansible: 3 }, { ansible: a, command: b }]'
    expect(wantedInventories({ file: 'deploy.yml', text })).toEqual([
      { input: { ssh_config: 'web*' }, path: ['inventory', 0] },
      { input: { command: './x', group: 'g' }, path: ['inventory', 1] },
    ])
  })
})

describe('an inventory', () => {
  const first = {
    source: 'a.ini',
    hosts: { web1: { user: 'www', port: 22, vars: { a: 1 } }, web2: {} },
    groups: { web: { hosts: ['web1', 'web2'], vars: { a: 0, b: 0 } } },
  }
  const second = { source: 'b.sh', hosts: { web3: { address: '10.0.0.3' } }, groups: { web: { hosts: ['web3'] } } }

  it('goes under the file, which has the last word, and together with another', () => {
    const text = `project: blog
inventory: [{ ansible: a.ini }, { command: b.sh }]
hosts: { web1: { user: deploy }, own: }
groups: { most: [web, own] }
instances: { staging: { hosts: [most] } }`
    const { config, diagnostics } = read(text, [first, second])
    expect(describeDiagnostics(diagnostics)).toBe('')
    expect(config?.groups).toEqual({ web: ['web1', 'web2', 'web3'], most: ['web1', 'web2', 'web3', 'own'] })
    expect(config?.hosts.map(({ name, address, user, port, vars }) => [name, address, user, port, vars])).toEqual([
      ['web1', undefined, 'deploy', 22, { a: 1, b: 0 }],
      ['web2', undefined, undefined, undefined, { a: 0, b: 0 }],
      ['web3', '10.0.0.3', undefined, undefined, { a: 0, b: 0 }],
      ['own', undefined, undefined, undefined, {}],
    ])
  })

  it('that is wrong is named by the mistakes', () => {
    const wrong = {
      source: './hosts.sh',
      hosts: { 'a/b': {}, web1: { prot: 22 } },
      groups: { web: { hosts: ['web9'] } },
    }
    const { diagnostics } = read('project: blog\nprojekt: 1\n', [wrong])
    expect(describeDiagnostics(diagnostics)).toBe(
      [
        'deploy.yml:2:1: projekt: unknown key (did you mean project?)\n  2 | projekt: 1\n    | ^^^^^^^',
        './hosts.sh: hosts.a/b: not a name: letters, digits, ".", "_" and "-", at most 64, beginning with a letter or a digit',
        './hosts.sh: hosts.web1.prot: unknown key (did you mean port?)',
        './hosts.sh: groups.web.hosts[0]: unknown host or group "web9" (did you mean web1?)',
      ].join('\n\n'),
    )
  })
})

describe('what an inventory command prints', () => {
  const parse = (value: unknown) => parseInventoryJson('./hosts.sh', JSON.stringify(value), () => {})

  it('may be a list of names and of what deploy.yml can say of hosts', () => {
    expect(
      parse(['web1', { name: 'web2', port: 22, groups: ['web', 'all'] }, { name: 'web3', groups: 'web' }]),
    ).toEqual({
      source: './hosts.sh',
      hosts: { web1: {}, web2: { port: 22 }, web3: {} },
      groups: { web: { hosts: ['web2', 'web3'] }, all: { hosts: ['web2'] } },
    })
  })

  it('may be what Ansible’s --list gives', () => {
    const list = {
      web: { hosts: ['web1'], vars: { tier: 'front' }, children: ['old'] },
      old: ['web2'],
      _meta: { hostvars: { web1: { ansible_host: '10.0.0.1', rack: 'b' }, lone: {} } },
    }
    expect(parse(list)).toEqual({
      source: './hosts.sh',
      hosts: { web1: { address: '10.0.0.1', vars: { rack: 'b' } }, web2: { vars: {} }, lone: { vars: {} } },
      groups: {
        all: { hosts: ['web1', 'web2', 'lone'], vars: {} },
        web: { hosts: ['web1', 'old'], vars: { tier: 'front' } },
        old: { hosts: ['web2'], vars: {} },
      },
    })
  })

  it.each([
    ['', 'there is nothing'],
    ['web1 web2', 'this is no JSON'],
    ['3', 'a list or a map is wanted'],
    ['[{ "address": "x" }]', 'a host without a name: {"address":"x"}'],
    ['[{ "name": "a", "groups": [1] }]', 'a: groups should be names'],
    ['{ "web": 3 }', 'web: a group should be a map or a list'],
  ])('is explained where it is neither: %j', (text, what) => {
    expect(() => parseInventoryJson('./hosts.sh', text, () => {})).toThrow(`./hosts.sh: ${what}\n`)
  })
})
