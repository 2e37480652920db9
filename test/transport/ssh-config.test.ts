import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SshConfigSources, sshConfig } from '../../src/transport/ssh-config.js'
import { globConfigFiles, readConfigFile } from '../../src/transport/ssh-config-files.js'
import { parseSshSays, sshSays } from '../../src/transport/ssh-says.js'
import { filled, saysOfSsh } from './support/says-of-ssh.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'venvoy-config-'))
  mkdirSync(join(folder, 'more'))
  writeFileSync(join(folder, 'more/10.conf'), 'Host inc*\n  Port 10\n  User ten\n')
  writeFileSync(join(folder, 'more/20.conf'), 'Host inc1\n  Port 20\n  HostName twenty\n')
  writeFileSync(join(folder, 'more/note.txt'), 'Port 1\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function ours(text: string, alias: string, user?: string, ask?: SshConfigSources['ask']) {
  const file = join(folder, 'config')
  writeFileSync(file, text.replaceAll('FOLDER', folder))
  const notes: string[] = []
  const settings = await sshConfig({
    files: [{ path: file, folder }],
    localUser: userInfo().username,
    read: readConfigFile,
    glob: (pattern, from) => globConfigFiles(pattern, from, '/nowhere'),
    ...(ask && { ask }),
    note: (note) => notes.push(note.replaceAll(folder, '')),
  })({ alias, ...(user === undefined ? {} : { user }) })
  return { settings, notes }
}

const cases: [title: string, text: string, alias: string, user?: string][] = [
  ['nothing', '', 'web1'],
  ['a block', 'Host web1\n  HostName 10.0.0.7\n  Port 2222\n  User deploy\n', 'web1'],
  ['another block', 'Host web2\n  HostName 10.0.0.7\n', 'web1'],
  ['the first value wins', 'Port 1\nHost web1\n  Port 2\nHost *\n  Port 3\n', 'web1'],
  ['the command line wins', 'User deploy\n', 'web1', 'root'],
  ['patterns', 'Host web? db*\n  Port 1\n', 'web1'],
  ['a pattern with a dot', 'Host web.*\n  Port 1\n', 'webx1'],
  ['negation', 'Host * !web1\n  Port 1\nHost !web1 web*\n  Port 2\n', 'web1'],
  ['negation of others', 'Host web* !web2\n  Port 1\n', 'web1'],
  ['negation alone', 'Host !web2\n  Port 1\n', 'web1'],
  ['equal signs', 'Host=web1\n  Port=1\n  User = deploy\n  HostName= x\n', 'web1'],
  ['quotes', 'Host "web1"\n  User "my user"\n  IdentityFile "~/my keys/id"\n', 'web1'],
  ['any case', 'hOST web1\n  pORT 1\n  HOSTNAME X.example.com\n', 'web1'],
  ['comments', '# Port 1\nHost web1 # not web2\n  Port 2 # two\n', 'web1'],
  ['tabs and Windows line ends', 'Host\tweb1\r\n\tPort\t1\r\n', 'web1'],
  ['%h in HostName', 'Host web1\n  HostName %h.example.com\n', 'web1'],
  ['several identity files', 'IdentityFile ~/a\nHost web1\n  IdentityFile ~/b\n  IdentityFile ~/a\n', 'web1'],
  ['identity files with tokens', 'IdentityFile ~/keys/%r@%h\nIdentitiesOnly yes\n', 'web1'],
  ['jumps', 'Host web1\n  ProxyJump a,me@b:22\n', 'web1'],
  ['no jump', 'Host web1\n  ProxyJump none\nHost *\n  ProxyJump a\n', 'web1'],
  ['a proxy command before a jump', 'ProxyCommand nc %h %p\nProxyJump a\n', 'web1'],
  ['a jump before a proxy command', 'ProxyJump a\nProxyCommand nc %h %p\n', 'web1'],
  ['no jump before a proxy command', 'ProxyJump none\nProxyCommand nc %h %p\nProxyJump a\n', 'web1'],
  ['no proxy command before a jump', 'ProxyCommand none\nProxyJump a\n', 'web1'],
  ['a proxy command with quotes', 'ProxyCommand = sh -c "nc  %h %p # \'x\'" \n', 'web1'],
  ['known hosts', 'UserKnownHostsFile /a /b\nHashKnownHosts yes\nHostKeyAlias blog\n', 'web1'],
  ['host key checking', 'StrictHostKeyChecking accept-new\n', 'web1'],
  ['no host key checking', 'StrictHostKeyChecking no\n', 'web1'],
  ['strict host key checking', 'StrictHostKeyChecking yes\n', 'web1'],
  ['a time', 'ConnectTimeout 1m30s\n', 'web1'],
  ['no time before a time', 'ConnectTimeout none\nConnectTimeout 2h\n', 'web1'],
  ['signs of life', 'ServerAliveInterval 1m\nServerAliveCountMax 5\n', 'web1'],
  ['a name for keys', 'HostKeyAlias Blog\n', 'web1'],
  ['a name in capitals', 'Host web*\n  Port 1\nMatch host W*\n  User deploy\n', 'WEB1'],
  ['an agent', 'IdentityAgent /run/agent\n', 'web1'],
  ['an include', 'Include FOLDER/more/*.conf\n', 'inc1'],
  ['a relative include', 'Include FOLDER/more/20.conf FOLDER/more/10.conf\nPort 3\n', 'inc1'],
  ['an include of nothing', 'Include FOLDER/none/*\nPort 3\n', 'inc1'],
  ['an include in a block that applies', 'Host inc1\n  Include FOLDER/more/10.conf\n  HostName later\n', 'inc1'],
  ['an include in a block that does not', 'Host web1\n  Include FOLDER/more/10.conf\nHost *\n  Port 4\n', 'inc1'],
  ['Match all', 'Match all\n  Port 1\n', 'web1'],
  ['Match host', 'Host web1\n  HostName 10.0.0.7\nMatch host 10.*\n  Port 1\nMatch host web1\n  User deploy\n', 'web1'],
  ['Match originalhost', 'Host web1\n  HostName 10.0.0.7\nMatch originalhost web1,web2\n  Port 1\n', 'web1'],
  ['Match user', 'User deploy\nMatch user root\n  Port 1\nMatch user deploy\n  Port 2\n', 'web1'],
  ['Match user of the command line', 'User deploy\nMatch user root\n  Port 1\n', 'web1', 'root'],
  ['Match localuser', `Match localuser ${userInfo().username}\n  Port 1\n`, 'web1'],
  [
    'Match with two conditions',
    'Match originalhost web1 user nobody\n  Port 1\nMatch host web* user deploy\n  Port 2\n',
    'web1',
    'deploy',
  ],
  ['Match negated', 'Match !host web2\n  Port 1\n', 'web1'],
  ['Match negated that does not apply', 'Match !host web1\n  Port 1\n', 'web1'],
]

describe('reads as ssh does', () => {
  test.each(cases)('%s', async (_, text, alias, user) => {
    const { settings, notes } = await ours(text, alias, user)
    writeFileSync(join(folder, 'empty'), '')
    const unsaid = saysOfSsh(join(folder, 'empty'), alias)!
    expect(filled(settings, unsaid, alias, user)).toEqual(saysOfSsh(join(folder, 'config'), alias, user))
    expect(notes).toEqual([])
  })
})

test('a Match that would run a program is left out where ssh cannot be asked, and that is said once', async () => {
  const text = 'Match originalhost web1 exec "true"\n  Port 1\nMatch exec "true"\n  Port 2\nPort 3\n'
  const { settings, notes } = await ours(text, 'web1')
  expect(settings.port).toBe(undefined)
  expect(notes).toEqual([
    '/config:1: the block is left out, because venvoy does not follow "Match exec"',
    '/config:3: the block is left out, because venvoy does not follow "Match exec"',
  ])
})

test('a relative include starts from the folder of ssh', async () => {
  expect((await ours('Include more/10.conf\n', 'inc1')).settings.port).toBe(10)
})

describe('what venvoy does not follow, ssh is asked about', () => {
  const ask: SshConfigSources['ask'] = (question) =>
    sshSays(question, { configFile: join(folder, 'config'), env: { PATH: process.env.PATH } })
  test.each([
    ['Match exec', 'Match exec "test %h = web1"\n  Port 7\nMatch exec false\n  Port 8\n', { port: 7 }],
    ['Match final', 'Host web1\n  HostName 10.0.0.7\nMatch final host 10.0.0.7\n  User deploy\n', { user: 'deploy' }],
    [
      'canonical names',
      'CanonicalizeHostname yes\nCanonicalDomains invalid\nCanonicalizeFallbackLocal yes\nMatch all\n  HostKeyAlias blog\n',
      { hostName: 'web1', hostKeyAlias: 'blog' },
    ],
  ])('%s', async (_, text, expected) => {
    const { settings, notes } = await ours(text, 'web1', undefined, ask)
    expect(settings).toMatchObject(expected)
    expect(notes).toEqual([])
  })

  test.each(cases)('and says the same as we do: %s', async (_, text, alias, user) => {
    const { settings } = await ours(text, alias, user)
    const { proxyJump, proxyCommand, ...said } = settings
    const known = { userKnownHostsFiles: undefined, globalKnownHostsFiles: undefined }
    const isSet = (text: string | undefined) => text !== undefined && text !== 'none'
    const jump = { ...(isSet(proxyJump) && { proxyJump }), ...(isSet(proxyCommand) && { proxyCommand }) }
    expect({ ...(await ask({ alias, ...(user && { user }) })), ...known, gssapi: false }).toMatchObject({
      ...said,
      ...(user && { user }),
      ...jump,
      ...known,
      gssapi: false,
    })
  })
})

test('what ssh puts in by itself is nobody’s saying', () => {
  const text = execFileSync('ssh', ['-GT', '-F', 'none', 'web1'], { encoding: 'utf8' })
  const { gssapi: _, hostbased: __, ...said } = parseSshSays(text, userInfo().homedir)
  expect(said).toEqual({
    ...{ hostName: 'web1', user: userInfo().username, port: 22, identitiesOnly: false, hashKnownHosts: false },
    ...{ identityFiles: [], certificateFiles: [] },
  })
})
