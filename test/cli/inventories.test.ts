import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder, venvoy } from './support/venvoy.js'

const withInventory = (inventory: string) => `project: blog
inventory:
  - ${inventory}
tasks:
  name: { on: hosts, run: 'echo $VENVOY_HOST $VENVOY_VAR_tier' }
`

describe('hosts from elsewhere', () => {
  it.each([
    ['an INI inventory', '{ ansible: hosts.ini }', 'one front\ntwo front'],
    ['a YAML inventory', '{ ansible: hosts.yml }', 'one back'],
    ['a command', '{ command: sh hosts.sh }', 'one'],
  ])('are there by %s', async (_, inventory, said) => {
    const files = {
      'deploy.yml': withInventory(inventory),
      'hosts.ini': '[web]\none ansible_connection=local\ntwo ansible_host=local\n[web:vars]\ntier=front\nx={{ y }}\n',
      'hosts.yml': 'all: { hosts: { one: { ansible_host: local, tier: back } } }\n',
      'hosts.sh': `echo '[{ "name": "one", "address": "local", "groups": ["web"] }]'\n`,
    }
    const { stdout, stderr, code } = await venvoy({ args: ['run', '-q', '-P', '1', 'name'], files })
    const plain = stdout.replace(/^\w+ \| /gm, '').replace(/ $/gm, '')
    expect({ plain, stderr, code }).toEqual({ plain: `${said}\n`, stderr: '', code: 0 })
  })

  it('are named by ssh_config', async () => {
    const home = newFolder()
    mkdirSync(join(home, '.ssh'))
    writeFileSync(join(home, '.ssh', 'config'), 'Host web1 web2 db1\n  User deploy\n')
    const files = { 'deploy.yml': withInventory('{ ssh_config: web*, group: web }') }
    const { stdout } = await venvoy({ args: ['list'], files, home })
    expect(stdout).toMatch(/^web1 +web1 +web\nweb2 +web2 +web$/m)
    expect(stdout).not.toContain('db1')
  })

  it.each([
    ['{ ansible: none.ini }', /^none\.ini: the inventory cannot be read: ENOENT/],
    ['{ ansible: prog }', /^prog: this is a program\n {2}try: inventory: \[{ command: \.\/prog --list }\]\n$/],
    ['{ command: "echo why >&2; exit 3" }', /^echo why >&2; exit 3: the inventory command exited with 3\n {2}why\n$/],
    ['{ ssh_config: "nothing*" }', /^ssh_config: no host is called like nothing\*\n/],
    ['{ command: a, ansible: b }', /deploy\.yml:3:.*needs exactly one of ssh_config, command, ansible and url/],
  ])('are explained where they cannot be had: %s', async (inventory, said) => {
    const files = { 'deploy.yml': withInventory(inventory), prog: '#!/bin/sh\n' }
    const { stderr, code } = await venvoy({ args: ['list'], files })
    expect({ stderr, code }).toEqual({ stderr: expect.stringMatching(said), code: 2 })
  })
})
