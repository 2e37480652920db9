import type { Dice } from '../../fuzz/support/mutate.js'

/** Names that the random configs speak of. */
export const aliases = ['web1', 'web2', 'WEB1', 'db1', 'db.example.com', '10.0.0.7', 'x-1', 'me.web1'] as const
export const users = ['deploy', 'root', 'ann'] as const

const patterns = [
  '*',
  'web1',
  'web?',
  'web*',
  'W*',
  'db*',
  '*.example.com',
  'db.example.com',
  '10.*',
  '*1',
  'x-?',
  '??b1',
  '',
]

const paths = ['~/a', '~/keys/%r@%h', '/k/%%/id', '~/my keys/id', '%d/.ssh/id', '/etc/x#1', '/a', '/b', '~']

/** What a key is set to: mostly something that ssh takes. */
const values: Readonly<Record<string, readonly string[]>> = {
  HostName: ['10.0.0.7', '%h.example.com', 'X.Example.com', 'web1', '%h', 'a-%h-%%'],
  User: ['deploy', 'root', 'my user', 'a@b'],
  Port: ['1', '22', '2222', '65535'],
  IdentityFile: [...paths, 'none'],
  CertificateFile: paths,
  IdentitiesOnly: ['yes', 'no', 'true', 'false', 'YES'],
  IdentityAgent: ['none', 'SSH_AUTH_SOCK', '/run/agent', '~/agent', '$AGENT'],
  ProxyJump: ['none', 'a', 'a,me@b:22', 'a, b:2'],
  ProxyCommand: ['none', 'nc %h %p', 'sh -c "nc  %h %p"', 'a # b', 'nc\t%h  "%p"', 'None'],
  UserKnownHostsFile: ['/a', '/a /b', 'none', '~/k'],
  GlobalKnownHostsFile: ['/a', '/a /b', 'none'],
  HashKnownHosts: ['yes', 'no'],
  StrictHostKeyChecking: ['yes', 'no', 'off', 'ask', 'accept-new', 'Yes', 'true', 'false'],
  ConnectTimeout: ['1', '10', '1m30s', '2h', '1M', 'none'],
  ServerAliveInterval: ['0', '5', '1m'],
  ServerAliveCountMax: ['1', '5'],
  HostKeyAlias: ['blog', 'Web1', '%h'],
  PKCS11Provider: ['/lib/p11.so', 'none'],
  HostbasedAuthentication: ['yes', 'no'],
  GSSAPIAuthentication: ['yes', 'no'],
  // Keys that are none of ours must not disturb.
  SendEnv: ['LANG LC_*', '-LANG'],
  LocalForward: ['8080 localhost:80'],
  Compression: ['yes'],
}

/** Takes their values as they stand, to the end of the line. */
const whole = new Set([
  'ProxyCommand',
  'ProxyJump',
  'LocalForward',
  'SendEnv',
  'UserKnownHostsFile',
  'GlobalKnownHostsFile',
])

/** The text of an ssh_config; `includes` are what its Include lines may name. */
export function randomSshConfig(dice: Dice, includes: readonly string[]): string {
  const end = dice.roll(8) === 0 ? '\r\n' : '\n'
  const lines: string[] = []
  for (let blocks = dice.roll(5); blocks >= 0; blocks--) {
    if (blocks < 4 && dice.roll(6) > 0) lines.push(dice.roll(3) === 0 ? matchLine(dice) : hostLine(dice))
    for (let count = dice.roll(5); count > 0; count--)
      lines.push(`${dice.pick(['', '  ', '\t'])}${line(dice, includes)}`)
  }
  return lines.map((text) => text + dice.pick(['', '', '', ' ', '\t']) + end).join('')
}

function line(dice: Dice, includes: readonly string[]): string {
  const kind = dice.roll(14)
  if (kind === 0) return dice.pick(['', '#Port 1', '# HostName x', ' '])
  if (kind === 1 && includes.length > 0) return `Include ${dice.pick(includes)}`
  const key = dice.pick(Object.keys(values))
  const value = dice.pick(values[key] ?? [])
  const written = whole.has(key) ? value : quoted(value, dice) + comment(dice)
  return keyed(key, written, dice)
}

const keyed = (key: string, rest: string, dice: Dice) =>
  `${anyCase(key, dice)}${dice.pick([' ', ' ', ' ', '=', ' = ', '\t', '  ', '= '])}${rest}`

const comment = (dice: Dice) => (dice.roll(8) === 0 ? dice.pick([' # why', ' #', '\t#x "y']) : '')

const anyCase = (word: string, dice: Dice) => dice.pick([word, word, word, word.toLowerCase(), word.toUpperCase()])

function quoted(word: string, dice: Dice): string {
  if (/[\s#]/.test(word) || word === '') return `"${word}"`
  return dice.roll(6) === 0 ? dice.pick([`"${word}"`, `'${word}'`]) : word
}

function hostLine(dice: Dice): string {
  const names: string[] = []
  for (let count = 1 + dice.roll(3); count > 0; count--) {
    const name = dice.pick(dice.roll(2) === 0 ? patterns : aliases)
    names.push(quoted(dice.roll(5) === 0 ? `!${name}` : name, dice))
  }
  return keyed('Host', names.join(dice.pick([' ', '  ', '\t'])), dice) + comment(dice)
}

function matchLine(dice: Dice): string {
  if (dice.roll(5) === 0) return keyed('Match', 'all', dice) + comment(dice)
  const conditions: string[] = []
  for (let count = 1 + dice.roll(2); count > 0; count--) conditions.push(condition(dice))
  return keyed('Match', conditions.join(' '), dice) + comment(dice)
}

function condition(dice: Dice): string {
  const no = dice.roll(4) === 0 ? '!' : ''
  if (dice.roll(12) === 0) return `${no}${dice.pick(['exec true', 'exec "test %n = web1"', 'final', 'canonical'])}`
  const attribute = dice.pick(['host', 'originalhost', 'user', 'localuser'])
  const list: string[] = []
  for (let count = 1 + dice.roll(2); count > 0; count--) {
    const name = attribute.endsWith('user') ? dice.pick([...users, 'r*', '*']) : dice.pick(patterns.filter(Boolean))
    list.push(dice.roll(5) === 0 ? `!${name}` : name)
  }
  return `${no}${anyCase(attribute, dice)}${dice.pick([' ', ' ', '='])}${list.join(',')}`
}
