import { expect, test } from 'vitest'
import type { Route } from '../../src/transport/route.js'
import { sshArguments } from '../../src/transport/ssh-arguments.js'

const route: Route = {
  label: 'web1',
  alias: '-oProxyCommand=x',
  hostName: '10.0.0.7',
  port: 2222,
  user: 'deploy',
  keys: { files: [{ path: '/home/me/50% of/id', demanded: true }], only: true, usual: false },
  certificates: ['/home/me/id-cert.pub'],
  transport: 'auto',
  sshOnly: [],
  gssapi: false,
  keyed: {
    label: 'web1',
    keyName: 'blog',
    plainName: 'blog',
    alias: 'blog',
    knownHostsFiles: ['/home/me/known "hosts"', '/b'],
    globalKnownHostsFiles: [],
    unknownKeys: 'strict',
    hashNames: false,
  },
  timeoutMs: 20_000,
  alive: { intervalMs: 15_000, count: 3 },
  id: 'deploy@10.0.0.7:2222',
}
const args = (more = {}, of: Partial<Route> = {}) =>
  sshArguments({ route: { ...route, ...of }, controlPath: '/tmp/v/1', canAsk: false, hashNames: true, ...more })
const said = (all: readonly string[], key: string) =>
  all.filter((each) => each.startsWith(`${key}=`)).map((each) => each.slice(key.length + 1))

test('what venvoy has settled is said, each path as one word in which nothing is a token', () => {
  const all = args()
  expect(said(all, 'IdentityFile')).toEqual(['"/home/me/50%% of/id"'])
  expect(said(all, 'UserKnownHostsFile')).toEqual(['"/home/me/known \\"hosts\\"" /b'])
  expect(said(all, 'GlobalKnownHostsFile')).toEqual(['none'])
  expect(['HostName', 'Port', 'User', 'HostKeyAlias', 'StrictHostKeyChecking'].map((key) => said(all, key)[0])).toEqual(
    [...['10.0.0.7', '2222', 'deploy', 'blog', 'yes']],
  )
  expect(
    ['IdentitiesOnly', 'IdentityAgent', 'CertificateFile', 'HashKnownHosts'].map((key) => said(all, key)[0]),
  ).toEqual(['yes', 'none', '/home/me/id-cert.pub', 'yes'])
})

test('a name is no option, whatever it looks like', () => {
  expect(args().slice(-2)).toEqual(['--', '-oProxyCommand=x'])
})

test('nobody is asked where there is nobody, and nothing is forwarded', () => {
  const all = args()
  expect(
    ['BatchMode', 'ForwardAgent', 'ClearAllForwardings', 'PermitLocalCommand'].map((key) => said(all, key)[0]),
  ).toEqual(['yes', 'no', 'yes', 'no'])
  expect(said(args({ canAsk: true }), 'BatchMode')).toEqual(['no'])
})

test.each([
  ['straight there', {}, {}, [['none'], []]],
  ['by its own ProxyCommand', {}, { proxyCommand: 'nc 10.0.0.7 2222' }, [[], []]],
  [
    'through the connection to the jump host',
    { jumpPath: '/tmp/v/2' },
    {},
    [[], ["ssh -F none -o ProxyCommand=false -o BatchMode=yes -S '/tmp/v/2' -W '[10.0.0.7]:2222' jump"]],
  ],
])('the way leads %s', (_, more, of, [jump, command]) => {
  const all = args(more, of)
  expect([said(all, 'ProxyJump'), said(all, 'ProxyCommand')]).toEqual([jump, command])
})
