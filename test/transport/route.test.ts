import { expect, test } from 'vitest'
import type { HostSpec } from '../../src/config/spec.js'
import { type Route, type RouteOptions, routeTo } from '../../src/transport/route.js'
import type { SshSettings } from '../../src/transport/ssh-settings.js'

const host = (name: string, said: Partial<HostSpec> = {}): HostSpec => ({
  name,
  local: false,
  env: {},
  vars: {},
  ...said,
})

/** The route to a host, where ssh_config says these things of these names. */
function route(
  spec: HostSpec,
  config: Record<string, Partial<SshSettings>> = {},
  more: Partial<RouteOptions> = {},
): Promise<Route> {
  const notes: string[] = []
  return routeTo(spec, {
    home: '/home/me',
    user: 'me',
    localUid: 1000,
    localHost: 'laptop',
    env: (name) => (name === 'SSH_AUTH_SOCK' ? '/run/agent' : undefined),
    hosts: [],
    overrides: {},
    hostKeys: 'ask',
    systemFolder: '/etc/ssh',
    settings: async ({ alias }) => ({ identityFiles: [], certificateFiles: [], ...config[alias] }),
    note: (text) => notes.push(text),
    ...more,
  })
}

const files = ({ keys }: Route) => keys.files.map(({ path, demanded }) => (demanded ? `${path}!` : path))

test('a host of which nothing is said is reached as ssh would', async () => {
  expect(await route(host('web1'))).toEqual({
    label: 'web1',
    alias: 'web1',
    hostName: 'web1',
    port: 22,
    user: 'me',
    keys: {
      files: ['id_ed25519', 'id_ecdsa', 'id_rsa', 'id_ed25519_sk', 'id_ecdsa_sk'].map((name) => ({
        path: `/home/me/.ssh/${name}`,
        demanded: false,
      })),
      agent: '/run/agent',
      only: false,
      usual: true,
    },
    certificates: [],
    transport: 'auto',
    sshOnly: [],
    gssapi: false,
    keyed: {
      label: 'web1',
      keyName: 'web1',
      plainName: 'web1',
      knownHostsFiles: ['/home/me/.ssh/known_hosts', '/home/me/.ssh/known_hosts2'],
      globalKnownHostsFiles: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
      unknownKeys: 'ask',
      hashNames: false,
    },
    timeoutMs: 20_000,
    alive: { intervalMs: 15_000, count: 3 },
    id: 'me@web1:22',
  })
})

const config = { 'web1.example.com': { hostName: '10.0.0.7', port: 2222, user: 'config', identityFiles: ['~/%r@%h'] } }
const web1 = host('web1', { address: 'web1.example.com' })

test.each([
  ['ssh_config, by the address', route(web1, config), 'config@10.0.0.7:2222'],
  ['deploy.yml', route({ ...web1, port: 22, user: 'deploy' }, config), 'deploy@10.0.0.7:22'],
  [
    'the command line',
    route({ ...web1, user: 'deploy' }, config, { overrides: { user: 'root' } }),
    'root@10.0.0.7:2222',
  ],
  [
    'a jump of ssh_config',
    route(web1, { 'web1.example.com': { proxyJump: 'a,me@b:23' } }),
    'me@web1.example.com:22 via me@b:23 via me@a:22',
  ],
  ['a jump of deploy.yml', route({ ...web1, jump: 'ssh://x@[::1]:24' }, config), 'config@10.0.0.7:2222 via x@::1:24'],
  ['no jump', route({ ...web1, jump: 'none' }, { 'web1.example.com': { proxyJump: 'a' } }), 'me@web1.example.com:22'],
])('what %s says counts', async (_, way, expected) => {
  expect((await way).id).toBe(expected)
})

test('a jump may name a host of the file, with all that is said about it', async () => {
  const bastion = host('bastion', { address: 'b.example.com', user: 'hop', identityFile: '~/hop' })
  const { via } = await route(
    host('web1', { jump: 'bastion' }),
    {},
    { hosts: [bastion], overrides: { user: 'root', identityFile: '/k' } },
  )
  expect(via?.id).toBe('hop@b.example.com:22')
  expect(files(via!)).toEqual(['/home/me/hop!', '/k'])
})

test('the keys are those of the command line, else of deploy.yml, and then of ssh_config', async () => {
  const own = { ...web1, identityFile: '~/own' }
  expect(files(await route(own, config, { overrides: { identityFile: '/k' } }))).toEqual([
    '/k!',
    '/home/me/config@10.0.0.7',
  ])
  expect(files(await route(own, config))).toEqual(['/home/me/own!', '/home/me/config@10.0.0.7'])
  expect(files(await route(web1, config))).toEqual(['/home/me/config@10.0.0.7'])
})

test.each([
  ['none', undefined],
  ['SSH_AUTH_SOCK', '/run/agent'],
  ['$SSH_AUTH_SOCK', '/run/agent'],
  ['~/agent.%r', '/home/me/agent.me'],
])('the agent may be %s', async (identityAgent, expected) => {
  expect((await route(host('web1'), { web1: { identityAgent } })).keys.agent).toBe(expected)
})

test.each([
  ['ask', undefined, 'ask'],
  ['ask', 'yes', 'strict'],
  ['ask', 'accept-new', 'accept-new'],
  ['ask', 'no', 'accept-new'],
  ['accept-new', 'yes', 'accept-new'],
  ['strict', 'no', 'strict'],
] as const)('%s here and %s in ssh_config is %s', async (hostKeys, strictHostKeyChecking, expected) => {
  const said = strictHostKeyChecking === undefined ? {} : { strictHostKeyChecking }
  expect((await route(host('web1'), { web1: said }, { hostKeys })).keyed.unknownKeys).toBe(expected)
})

test.each([
  ['leads there', host('web1'), 'nc web1 22'],
  ['gives way to a jump of deploy.yml', host('web1', { jump: 'a' }), undefined],
  ['gives way to none', host('web1', { jump: 'none' }), undefined],
])('a proxy command %s', async (_, spec, expected) => {
  expect((await route(spec, { web1: { proxyCommand: 'nc %h %p' } })).proxyCommand).toBe(expected)
})

test('what only ssh can do is named', async () => {
  expect((await route(host('web1'), { web1: { pkcs11Provider: '/lib/p11.so', hostbased: true } })).sshOnly).toEqual([
    'PKCS11Provider',
    'HostbasedAuthentication',
  ])
  expect((await route(host('web1'), { web1: { pkcs11Provider: 'none', hostbased: false } })).sshOnly).toEqual([])
})

test('jump hosts that lead in a circle are told', async () => {
  const hosts = [host('a', { jump: 'b' }), host('b', { jump: 'a' })]
  await expect(route(host('web1', { jump: 'a' }), {}, { hosts })).rejects.toThrow(
    [
      'its jump hosts lead in a circle (more than 8 in a row)',
      '  try: look at jump: in deploy.yml and ProxyJump in ssh_config',
    ].join('\n'),
  )
})
