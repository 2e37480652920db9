import { describe, expect, it } from 'vitest'
import { maskOwn, OwnWords } from '../../src/render/own-words.js'
import { start } from './support/events.js'

const words = new Map([
  ['web1', '{host}'],
  ['web1.example.com', '{address}'],
  ['10.0.0.7', '{ip}'],
  ['8001', '{port}'],
])

describe('the words of a target', () => {
  it.each([
    ['its name', 'up on web1', 'up on {host}'],
    ['its name in front of another word', 'web1-data /srv/web1/x_web1', '{host}-data /srv/{host}/x_{host}'],
    ['the longest that fits', 'web1.example.com', '{address}'],
    ['its name in another domain', 'web1.local', '{host}.local'],
    ['an address and a port', '10.0.0.7:8001', '{ip}:{port}'],
    ['not a longer name', 'web12 myweb1', 'web12 myweb1'],
    ['not a longer number', '110.0.0.7 10.0.0.71 80011', '110.0.0.7 10.0.0.71 80011'],
    ['not beside a letter of any script', '東web1 ßweb1 web1𝒜 𝒜web1', '東web1 ßweb1 web1𝒜 𝒜web1'],
    ['beside a picture', '🚀web1🚀', '🚀{host}🚀'],
    ['the shorter one where the longer goes on', 'web1.example.community', '{host}.example.community'],
    ['not a dot for any character', 'web1.exampleXcom', '{host}.exampleXcom'],
    ['nothing', '', ''],
  ])('are masked: %s', (_, text, masked) => {
    expect(maskOwn(words)(text)).toBe(masked)
  })

  it('are not masked where a placeholder was printed: it could not be told apart', () => {
    expect(maskOwn(words)('web1 says {host}')).toBeUndefined()
    expect(maskOwn(words)('web1 says {port.web}')).toBeUndefined()
    expect(maskOwn(words)('web1 says {hostname}')).toBe('{host} says {hostname}')
  })

  it('are its name, short name, address, IP, instance and ports, as far as they are known', () => {
    const own = new OwnWords()
    const target = { host: 'web1.example.com', instance: 'staging' }
    const text = 'staging on web1 (web1.example.com, www.example.org, 10.0.0.7) at 8001 and 8002'
    expect(own.maskOf(target)(text)).toBe('{instance} on {short} ({host}, www.example.org, 10.0.0.7) at 8001 and 8002')
    const begun = start('run', ['staging@web1.example.com'])
    if (begun.type === 'run:start') own.start({ ...begun, ports: [{ target, numbers: { port: 8001, admin: 8002 } }] })
    own.ready({ type: 'host:ready', host: target.host, login: 'x', address: 'www.example.org', ip: '10.0.0.7' })
    expect(own.maskOf(target)(text)).toBe('{instance} on {short} ({host}, {address}, {ip}) at {port} and {port.admin}')
  })

  it('have the address of deploy.yml before the host is reached, and where it never is', () => {
    const own = new OwnWords()
    own.connecting({ type: 'host:connect', host: 'web1', address: '10.0.0.7' })
    own.connecting({ type: 'host:connect', host: 'web2' })
    expect(own.maskOf({ host: 'web1' })('10.0.0.7:22 refuses web1')).toBe('{address}:22 refuses {host}')
    expect(own.maskOf({ host: 'web2' })('10.0.0.8:22 refuses web2')).toBe('10.0.0.8:22 refuses {host}')
  })

  it('have no short name that is a number of an address', () => {
    expect(new OwnWords().maskOf({ host: '10.0.0.7' })('10 of 10.0.0.7')).toBe('10 of {host}')
  })
})
