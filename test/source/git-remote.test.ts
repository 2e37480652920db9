import { homedir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { gitRemote, repositoryOf } from '../../src/source/git-remote.js'

describe('gitRemote', () => {
  it.each([
    ['https://git.example.com/acme/blog.git', 'https://git.example.com/acme/blog.git'],
    ['https://ann:token@git.example.com/blog', 'https://git.example.com/blog'],
    ['https://token@git.example.com:8443/blog', 'https://git.example.com:8443/blog'],
    ['ssh://git@git.example.com:22/blog', 'ssh://git@git.example.com:22/blog'],
    ['ssh://git:secret@git.example.com/blog', 'ssh://git@git.example.com/blog'],
    ['git@git.example.com:acme/blog.git', 'git@git.example.com:acme/blog.git'],
    ['file:///srv/blog', 'file:///srv/blog'],
    ['/srv/blog', '/srv/blog'],
    ['../blog', '/home/ann/blog'],
    ['.', '/home/ann/work'],
    ['~/blog', `${homedir()}/blog`],
  ])('%s is at %s', (url, address) => {
    expect(gitRemote(url, '/home/ann/work').address).toBe(address)
  })

  it('hands credentials to git by the env alone', () => {
    const { options, env } = gitRemote('https://ann:p%40ss@git.example.com/blog', '/')
    expect(env).toEqual({ VENVOY_GIT_USER: 'ann', VENVOY_GIT_PASSWORD: 'p@ss' })
    expect(options.join(' ')).not.toMatch(/p@ss|p%40ss/)
    expect(gitRemote('https://git.example.com/blog', '/')).toMatchObject({ options: [], env: {} })
  })

  it.each([
    ['', 'source "": not the address of a git repository'],
    ['--upload-pack=x', 'source "--upload-pack=x": not the address of a git repository'],
    ['https://ann:token@[bad/blog', 'source https://[bad/blog: not the address of a git repository'],
  ])('refuses %j', (url, message) => {
    expect(() => gitRemote(url, '/')).toThrow(message)
  })
})

describe('repositoryOf', () => {
  it.each([
    'https://git.example.com/acme/blog',
    'https://git.example.com/acme/blog.git/',
    'https://ann:token@git.example.com:8443/acme/blog.git',
    'ssh://git@git.example.com:22/acme/blog.git',
    'git@git.example.com:acme/blog.git',
    'git.example.com:/acme/blog',
  ])('%s is git.example.com/acme/blog', (address) => {
    expect(repositoryOf(address)).toBe('git.example.com/acme/blog')
  })

  it.each([['/srv/blog.git'], ['file:///srv/blog'], ['/srv/blog/.git']])('%s is /srv/blog', (address) => {
    expect(repositoryOf(address)).toBe('/srv/blog')
  })
})
