import { describe, expect, it } from 'vitest'
import { adHocHosts, hostByName } from '../../src/cli/ad-hoc-hosts.js'
import { venvoy } from './support/venvoy.js'

describe('a host that is in no file', () => {
  it.each([
    ['deploy@web9', { address: 'web9', user: 'deploy' }],
    ['web9:2222', { address: 'web9', port: 2222 }],
    ['deploy@[::1]:22', { address: '::1', user: 'deploy', port: 22 }],
    ['web9', undefined],
    ['*@web9', undefined],
  ])('beside a file is one with a user or a port: %s', (value, host) => {
    expect(adHocHosts([value])).toEqual(host === undefined ? {} : { [value]: host })
  })

  it.each([
    ['web9', { name: 'web9', local: false, address: 'web9', env: {}, vars: {} }],
    ['a@web9:2', { name: 'a@web9:2', local: false, address: 'web9', user: 'a', port: 2, env: {}, vars: {} }],
    ['local', { name: 'local', local: true, env: {}, vars: {} }],
  ])('without a file may be any: %s', (value, host) => {
    expect(hostByName(value)).toEqual(host)
  })

  it.each(['a b@web9', '@', 'web9:port', '{{ x }}@y'])('is refused where it cannot be one: %s', (value) => {
    expect(() => adHocHosts([value])).toThrow(`not a host: ${JSON.stringify(value)}\n  try: -H user@host:port`)
  })
})

describe('the selection on the command line', () => {
  const files = {
    'deploy.yml': `project: blog
vars: { domain: example.com }
hosts: { web1: { address: local }, web2: { address: local }, db1: { address: local } }
tasks: { name: { on: hosts, run: 'echo {{ host }} {{ domain }}' } }
`,
  }
  const run = async (...args: string[]) => venvoy({ args: ['run', '-P', '1', ...args, 'name'], files })

  it('takes several names and patterns at once, with commas or again', async () => {
    const { stdout } = await run('-H', 'web*,db1', '-x', 'web2')
    expect(stdout).toBe('web1 | web1 example.com\ndb1  | db1 example.com\n')
  })

  it('takes a host beside the file, with what the file says of all hosts', async () => {
    const { stderr, code } = await run('-H', 'nobody@127.0.0.1:1', '--json')
    expect({ stderr, code }).toEqual({ stderr: '', code: 3 })
    const { stdout } = await venvoy({ args: ['list', '-H', 'nobody@127.0.0.1:1'], files })
    expect(stdout).toMatch(/^nobody@127\.0\.0\.1:1 +nobody@127\.0\.0\.1:1$/m)
  })
})
