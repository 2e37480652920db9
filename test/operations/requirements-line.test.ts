import { describe, expect, it } from 'vitest'
import { meaningOf } from '../../src/operations/requirements-line.js'

const exists = (path: string) => ['pkg', 'blog-1.0.tar.gz', 'dist/blog.whl'].includes(path)
const local = (path: string, requirement: string, editable = false) => ({ kind: 'local', path, editable, requirement })

describe('meaningOf', () => {
  it.each([
    ['-r base.txt', 'base.txt'],
    ['-rbase.txt', 'base.txt'],
    ['-r   base.txt', 'base.txt'],
    ['--requirement base.txt', 'base.txt'],
    ['--requirement=base.txt', 'base.txt'],
    ['-c ../constraints.txt', '../constraints.txt'],
    ['--constraint=c.txt', 'c.txt'],
    ['-r "my base.txt"', 'my base.txt'],
    ['-r \'a "b".txt\'', 'a "b".txt'],
    ['-r my\\ base.txt', 'my base.txt'],
    ['--pre -r base.txt', 'base.txt'],
    ['--index-url -r -r base.txt', 'base.txt'],
    ['-r a.txt -r b.txt', 'a.txt'],
    ['-c c.txt -r a.txt', 'a.txt'],
    ['-r https://example.com/base.txt', 'https://example.com/base.txt'],
  ])('%s includes %s', (line, path) => {
    expect(meaningOf(line, exists)).toEqual({ kind: 'include', path })
  })

  it.each([
    ['.', local('.', '.')],
    ['.[dev]', local('.', '.[dev]')],
    ['./pkg', local('./pkg', './pkg')],
    ['./pkg[dev] ; python_version > "3"', local('./pkg', './pkg[dev] ; python_version > "3"')],
    ['libs/pkg', local('libs/pkg', 'libs/pkg')],
    ['blog @ file:./pkg', local('./pkg', 'blog @ file:./pkg')],
    ['file:./pkg#egg=pkg', local('./pkg', 'file:./pkg#egg=pkg')],
    ['blog-1.0.tar.gz', local('blog-1.0.tar.gz', './blog-1.0.tar.gz')],
    ['./dist/blog.whl --hash=sha256:00', local('./dist/blog.whl', './dist/blog.whl')],
    ['-e .', local('.', '.', true)],
    ['-e.', local('.', '.', true)],
    ['--editable=.[dev]', local('.', '.[dev]', true)],
    ['-e pkg', local('pkg', './pkg', true)],
    ['-e pkg[dev]', local('pkg', './pkg[dev]', true)],
    ['-e file:./pkg', local('./pkg', 'file:./pkg', true)],
    ['-r base.txt -e .', local('.', '.', true)],
  ])('%s is something of the tree', (line, meaning) => {
    expect(meaningOf(line, exists)).toEqual(meaning)
  })

  it.each([
    ['-f wheels', 'wheels'],
    ['--find-links=./wheels', './wheels'],
  ])('%s is a folder of wheels', (line, path) => {
    expect(meaningOf(line, exists)).toEqual({ kind: 'links', path })
  })

  it.each([
    '',
    'django',
    'pkg',
    'django==5.1.4',
    'django == 5.1.*',
    'django[argon2]>=5 ; sys_platform == "linux"',
    'django==5.1.4 --hash=sha256:00 -r base.txt',
    'blog-2.0.tar.gz',
    'blog @ https://example.com/blog.whl',
    'blog@git+ssh://git@git.example.com/blog.git@v1',
    'git+https://git.example.com/blog.git@v1#egg=blog',
    '-e git+https://git.example.com/blog.git#egg=blog',
    '-e /srv/blog',
    '-e other',
    '/srv/blog.whl',
    'file:///srv/blog.whl',
    '--no-index',
    '--index-url https://pypi.example.com/simple',
    '-f https://example.com/wheels',
    '-f /srv/wheels',
    '-r',
  ])('%s is between the file and pip', (line) => {
    expect(meaningOf(line, exists)).toEqual({ kind: 'other' })
  })
})
