import { describe, expect, it } from 'vitest'
import { gitRemote } from '../../src/source/git-remote.js'
import { submoduleRemote } from '../../src/source/git-submodules.js'

describe('the address of a submodule', () => {
  it.each([
    ['https://git.example.com/acme/blog.git', '../lib.git', 'https://git.example.com/acme/lib.git'],
    ['https://git.example.com/acme/blog.git/', '../../other/lib', 'https://git.example.com/other/lib'],
    ['https://git.example.com/acme/blog', './lib', 'https://git.example.com/acme/blog/lib'],
    ['git@git.example.com:acme/blog.git', '../lib.git', 'git@git.example.com:acme/lib.git'],
    ['git@git.example.com:blog.git', '../lib.git', 'git@git.example.com:lib.git'],
    ['ssh://git@git.example.com/acme/blog', '..', 'ssh://git@git.example.com/acme'],
    ['/srv/git/blog', '../lib', '/srv/git/lib'],
    ['file:///srv/git/blog', '../lib', 'file:///srv/git/lib'],
    ['/srv/git/blog', 'https://git.example.com/lib', 'https://git.example.com/lib'],
    ['https://a.example.com/x', 'https://b.example.com/lib', 'https://b.example.com/lib'],
  ])('of %s by %s is %s', (outer, url, address) => {
    expect(submoduleRemote(url, gitRemote(outer, '/'), 'lib').address).toBe(address)
  })

  it('takes the password of the outer repository on the same site only', () => {
    const outer = gitRemote('https://ann:pass@git.example.com/acme/blog.git', '/')
    const env = (url: string) => submoduleRemote(url, outer, 'lib').env
    expect(env('../lib.git')).toEqual({ ...outer.env, GIT_PROTOCOL_FROM_USER: '0' })
    expect(env('https://git.example.com/lib.git')).toEqual({ ...outer.env, GIT_PROTOCOL_FROM_USER: '0' })
    expect(env('https://other.example.com/lib.git')).toEqual({ GIT_PROTOCOL_FROM_USER: '0' })
    expect(env('https://git.example.com:8443/lib.git')).toEqual({ GIT_PROTOCOL_FROM_USER: '0' })
    expect(env('git@git.example.com:lib.git')).toEqual({ GIT_PROTOCOL_FROM_USER: '0' })
  })

  it.each(['/home/ann/private', 'file:///home/ann/private', 'private'])(
    'is not %s for a repository elsewhere',
    (url) => {
      const outer = gitRemote('https://git.example.com/acme/blog.git', '/')
      expect(() => submoduleRemote(url, outer, 'lib')).toThrow(`its submodule lib is a folder of this machine: ${url}`)
    },
  )
})
