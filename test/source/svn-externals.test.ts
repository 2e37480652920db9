import { describe, expect, it } from 'vitest'
import { absoluteUrl, parseExternals } from '../../src/source/svn-externals.js'

describe('a line of svn:externals', () => {
  it.each([
    ['^/lib vendor/lib', { url: '^/lib', peg: 'HEAD', target: 'vendor/lib' }],
    ['-r 12 ^/lib@14 lib/', { url: '^/lib', peg: '14', revision: '12', target: 'lib' }],
    ['-r12 ^/lib lib', { url: '^/lib', peg: 'HEAD', revision: '12', target: 'lib' }],
    ['^/lib@14 ./lib', { url: '^/lib', peg: '14', target: 'lib' }],
    ['^/lib@ lib', { url: '^/lib', peg: 'HEAD', target: 'lib' }],
    ['https://svn.example.com/lib lib', { url: 'https://svn.example.com/lib', peg: 'HEAD', target: 'lib' }],
    ['lib https://svn.example.com/lib', { url: 'https://svn.example.com/lib', peg: 'HEAD', target: 'lib' }],
    ['lib -r 12 https://svn.example.com/lib', { url: 'https://svn.example.com/lib', peg: '12', target: 'lib' }],
    ['lib -r12 https://svn.example.com/l@b', { url: 'https://svn.example.com/l@b', peg: '12', target: 'lib' }],
    ['svn+ssh://ann@svn.example.com/lib lib', { url: 'svn+ssh://ann@svn.example.com/lib', peg: 'HEAD', target: 'lib' }],
    ['^/lib "my lib"', { url: '^/lib', peg: 'HEAD', target: 'my lib' }],
    ['"^/my lib@3" my\\ lib', { url: '^/my lib', peg: '3', target: 'my lib' }],
  ])('%s', (line, external) => {
    expect(parseExternals(line)).toEqual([external])
  })

  it.each(['^/lib', '^/lib a b', '^/lib ../lib', '^/lib /lib', '^/lib .', '^/lib a/../..'])('is not %s', (line) => {
    expect(parseExternals(line)).toEqual([{ mistake: line }])
  })

  it('is none where it is empty or a comment', () => {
    expect(parseExternals('# ^/lib lib\n\r\n   \n')).toEqual([])
  })
})

describe('the URL of an external', () => {
  it.each([
    ['^/lib', 'https://svn.example.com/repo/lib'],
    ['^/../other/lib', 'https://svn.example.com/other/lib'],
    ['../lib', 'https://svn.example.com/repo/lib'],
    ['//svn2.example.com/lib', 'https://svn2.example.com/lib'],
    ['/other/lib', 'https://svn.example.com/other/lib'],
    ['svn://svn.example.com/lib', 'svn://svn.example.com/lib'],
  ])('%s is %s', (url, absolute) => {
    expect(absoluteUrl(url, 'https://svn.example.com/repo/trunk', 'https://svn.example.com/repo')).toBe(absolute)
  })

  it('in a repository of this machine', () => {
    expect(absoluteUrl('^/lib', 'file:///srv/svn/trunk', 'file:///srv/svn')).toBe('file:///srv/svn/lib')
  })
})
