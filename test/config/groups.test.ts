import { describe, expect, it } from 'vitest'
import { read } from './reading.js'

const text = `project: blog
env: { A: top, B: top, C: top, D: top, E: top }
vars: { a: top, b: top, c: top, d: top, e: top }
hosts:
  web1: { env: { D: host, E: host }, vars: { d: host, e: host } }
  web2:
groups:
  all: { hosts: [web], env: { B: all, C: all, D: all, E: all }, vars: { b: all, c: all, d: all, e: all } }
  web: { hosts: [web1, web2], env: { C: web, D: web, E: "{{ e }}" }, vars: { c: web, d: web, e: "{{ host }}" } }
  plain: web1
instances:
  staging: { hosts: [all], env: { E: own }, vars: { e: own } }
`

it('says what sudo is told: top < groups in order < host', () => {
  const { hosts } = read(`project: blog
sudo_password: !secret BLOG_TOP
hosts: { web1: { sudo_password: !secret UNSET }, web2: , db: }
groups: { web: { hosts: [web1, web2], sudo_password: !secret BLOG_WEB } }
`)
  const said = hosts.map(({ sudoPassword }) => `${sudoPassword?.name}=${sudoPassword?.value}`)
  expect(said).toEqual(['UNSET=', 'BLOG_WEB=value of BLOG_WEB', 'BLOG_TOP=value of BLOG_TOP'])
})

describe('a group', () => {
  const { hosts, groups, instances } = read(text)

  it('has the hosts of its groups', () => {
    expect(groups).toEqual({ all: ['web1', 'web2'], web: ['web1', 'web2'], plain: ['web1'] })
  })

  it('says env and vars for its hosts: top < groups in order < host < instance', () => {
    const [web1, web2] = instances
    expect(web1?.vars).toEqual({ a: 'top', b: 'all', c: 'web', d: 'host', e: 'own' })
    expect(web1?.env).toMatchObject({ A: 'top', B: 'all', C: 'web', D: 'host', E: 'own' })
    expect(web2?.vars).toEqual({ a: 'top', b: 'all', c: 'web', d: 'web', e: 'own' })
    expect(web2?.env).toMatchObject({ C: 'web', D: 'web', E: 'own' })
  })

  it('says them for tasks on hosts, which have no top-level env', () => {
    const [web1, web2] = hosts
    expect(web1?.vars).toEqual({ a: 'top', b: 'all', c: 'web', d: 'host', e: 'host' })
    expect(web1?.env).toMatchObject({ B: 'all', C: 'web', D: 'host', E: 'host' })
    expect(web1?.env).not.toHaveProperty('A')
    expect(web2?.vars.e).toBe('web2')
    expect(web2?.env.E).toBe('web2')
  })
})
