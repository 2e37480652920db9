import { createHash } from 'node:crypto'
import { chmodSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { HelperWrapper } from '../../src/remote/venv-input.js'
import { callHelper } from './support/call.js'
import { anyPython3, describePython, edgeInterpreters } from './support/interpreters.js'
import { fakeVenv, listAll, temporaryFolders, venvInput, write } from './support/place.js'

const place = temporaryFolders()

const tagged = (text: string) => {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return `# venvoy ${digest}: written by a deploy. Without this line the file is yours.\n${text}`
}

const wrapperOf = (digest: string, hooks: Record<string, string>, project = '/srv/blog'): HelperWrapper => ({
  digest,
  files: {
    '.project': { text: `${project}\n`, isProgram: false },
    ...Object.fromEntries(
      Object.entries(hooks).map(([name, text]) => [
        `bin/${name}`,
        { text: tagged(text), isProgram: name === 'preactivate' },
      ]),
    ),
  },
})

function madeVenv(python: string) {
  const home = place()
  const venv = fakeVenv(join(home, 'venvs'), '0f3c9a1b2d4e5f60', 'blog')
  const write = async (wrapper: HelperWrapper) => {
    const input = { home: '~/venvs', name: 'blog', venv, wrapper }
    const { code, stderr, events } = await callHelper({ python, home, action: 'wrapper', input, env: { LC_ALL: 'C' } })
    expect([code, stderr]).toEqual([0, ''])
    return events
  }
  return { home, venv, write, read: (path: string) => readFileSync(join(venv, path), 'utf8') }
}

describe.each(edgeInterpreters())('the files of virtualenvwrapper, by %s', (python) => {
  test('are written, brought up to date, and taken away when nobody wants them', async () => {
    const { venv, write, read } = madeVenv(python)
    expect(await write(wrapperOf('one', { preactivate: 'echo ü\n', postactivate: 'A=1\n' }))).toEqual([
      { event: 'wrapper', kept: [] },
    ])
    expect(listAll(venv)).toEqual([
      '644 .project',
      '644 .venvoy-wrapper.json',
      '644 .venvoy.json',
      '755 bin/',
      '644 bin/activate',
      '644 bin/postactivate',
      '755 bin/preactivate',
    ])
    expect(read('bin/preactivate')).toBe(tagged('echo ü\n'))
    expect(JSON.parse(read('.venvoy-wrapper.json'))).toEqual({
      v: 1,
      digest: 'one',
      files: '.project bin/postactivate bin/preactivate',
      kept: '',
      project: '/srv/blog',
    })
    await write(wrapperOf('two', { postactivate: 'A=2\n' }, '/srv/other blog'))
    expect([read('bin/postactivate'), read('.project')]).toEqual([tagged('A=2\n'), '/srv/other blog\n'])
    expect(listAll(join(venv, 'bin'))).toEqual(['644 activate', '644 postactivate'])
  })

  test('stay where a person wrote or changed them, until these are removed', async () => {
    const { venv, write, read } = madeVenv(python)
    writeFileSync(join(venv, 'bin/preactivate'), 'mine\n')
    await write(wrapperOf('one', { postactivate: 'A=1\n' }))
    writeFileSync(join(venv, 'bin/postactivate'), `${tagged('A=1\n')}B=2\n`)
    writeFileSync(join(venv, '.project'), '/home/ann/own\n')
    const next = wrapperOf('two', { preactivate: 'theirs\n', postactivate: 'A=2\n' }, '/srv/new')
    const kept = ['.project', 'bin/postactivate', 'bin/preactivate']
    expect(await write(next)).toEqual([{ event: 'wrapper', kept }])
    expect(['bin/preactivate', 'bin/postactivate', '.project'].map(read)).toEqual([
      'mine\n',
      `${tagged('A=1\n')}B=2\n`,
      '/home/ann/own\n',
    ])
    expect(JSON.parse(read('.venvoy-wrapper.json')).kept).toBe(kept.join(' '))
    for (const path of kept) rmSync(join(venv, path))
    expect(await write(next)).toEqual([{ event: 'wrapper', kept: [] }])
    expect(['bin/preactivate', 'bin/postactivate', '.project'].map(read)).toEqual([
      tagged('theirs\n'),
      tagged('A=2\n'),
      '/srv/new\n',
    ])
  })

  test('are no longer a deploy’s without its line', async () => {
    const { venv, write, read } = madeVenv(python)
    await write(wrapperOf('one', { postactivate: 'A=1\n' }))
    writeFileSync(join(venv, 'bin/postactivate'), 'A=1\n')
    await write(wrapperOf('two', {}))
    expect(read('bin/postactivate')).toBe('A=1\n')
  })

  test('are finished after a kill: what was already written is known as such', async () => {
    const { venv, write: dress } = madeVenv(python)
    const next = wrapperOf('two', { postactivate: 'A=2\n' }, '/srv/new')
    await dress(wrapperOf('one', { postactivate: 'A=1\n' }))
    for (const [path, { text }] of Object.entries(next.files)) write(join(venv, path), text)
    write(join(venv, 'bin/preactivate.tmp'), 'half')
    expect(await dress(next)).toEqual([{ event: 'wrapper', kept: [] }])
  })
})

test('a person’s own hooks come along into the next venv of that name', async () => {
  const python = describePython(anyPython3())
  const { home, venv, write: dress } = madeVenv(python.path)
  await dress(wrapperOf('one', { postactivate: 'A=1\n', predeactivate: 'B=1\n' }))
  write(join(venv, 'bin/preactivate'), '#!/bin/sh\necho mine\n')
  chmodSync(join(venv, 'bin/preactivate'), 0o700)
  write(join(venv, 'bin/predeactivate'), 'changed\n')
  symlinkSync(venv, join(home, 'venvs/blog'))
  const wrapper = wrapperOf('two', { postactivate: 'A=2\n' })
  const input = venvInput('~/venvs', python, { fingerprint: 'ffffffffffffffff', wrapper })
  expect(await callHelper({ python: python.path, home, action: 'venv', input })).toMatchObject({ code: 0, stderr: '' })
  const next = join(home, 'venvs/.venvoy/ffffffffffffffff/blog')
  const read = (path: string) => readFileSync(join(next, path), 'utf8')
  expect(['.project', 'bin/preactivate', 'bin/postactivate', 'bin/predeactivate'].map(read)).toEqual([
    '/srv/blog\n',
    '#!/bin/sh\necho mine\n',
    tagged('A=2\n'),
    'changed\n',
  ])
  expect(statSync(join(next, 'bin/preactivate')).mode & 0o777).toBe(0o700)
})
