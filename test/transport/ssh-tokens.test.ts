import { expect, test } from 'vitest'
import { expandTokens } from '../../src/transport/ssh-tokens.js'

const tokens = {
  alias: 'web1',
  hostName: '10.0.0.7',
  port: 2222,
  user: 'deploy',
  localUser: 'me',
  localUid: 1000,
  localHost: 'laptop.example.com',
  home: '/home/me',
}
const env = (name: string) => (name === 'XDG_RUNTIME_DIR' ? '/run/user/1000' : undefined)

test.each([
  ['~/.ssh/id', '/home/me/.ssh/id'],
  ['~', '/home/me'],
  ['~other/id', '~other/id'],
  ['%d/keys/%r@%h:%p', '/home/me/keys/deploy@10.0.0.7:2222'],
  ['%n %k %u %i %l %L', 'web1 web1 me 1000 laptop.example.com laptop'],
  ['100%% %z', '100% %z'],
  [`$\{XDG_RUNTIME_DIR}/agent $\{NONE}`, `/run/user/1000/agent $\{NONE}`],
  ['%%h', '%h'],
  // printf '%s' laptop.example.com10.0.0.72222deploy | sha1sum
  ['%C', '4dc220379cc556280e8bc9d5ae3629416436fbb6'],
])('%s becomes %s', (text, expected) => {
  expect(expandTokens(text, tokens, env)).toBe(expected)
})

test('%k is the alias of the host key where there is one', () => {
  expect(expandTokens('%k', { ...tokens, hostKeyAlias: 'blog' }, env)).toBe('blog')
})
