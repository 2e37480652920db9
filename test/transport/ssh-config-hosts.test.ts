import { expect, it } from 'vitest'
import { sshConfigHosts } from '../../src/transport/ssh-config-hosts.js'

const texts: Record<string, string> = {
  user: 'Host web1 web2 *.old !x\n  Port 22\nInclude more\nHost *\n  User me\nhost "db 1" db1\n',
  more: 'Host web1 web10\nInclude more\n',
  system: 'Host = webs\n',
}
const sources = {
  files: ['user', 'system', 'none'].map((path) => ({ path, folder: '' })),
  read: (path: string) => texts[path],
  glob: (pattern: string) => [pattern],
}

it.each([
  [['*'], ['web1', 'web2', 'web10', 'db 1', 'db1', 'webs']],
  [['web?'], ['web1', 'web2', 'webs']],
  [
    ['web*', '!web1*'],
    ['web2', 'webs'],
  ],
  [['nothing'], []],
])('the hosts of ssh_config like %j are %j', (patterns, names) => {
  expect(sshConfigHosts(sources, patterns)).toEqual(names)
})
