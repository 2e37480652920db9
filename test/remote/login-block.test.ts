import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { library } from '../../src/remote/library.js'
import { shells } from './probed-home.js'
import { temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()
const block = "export A='1 2'\n. /x"
const written = (text: string, state = '') => `# >>> venvoy setup >>>${state}\n${text}\n# <<< venvoy setup <<<\n`

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('a block, under $name', ({ shell }) => {
  const run = (file: string, text: string) =>
    execFileSync(
      shell[0]!,
      [...shell.slice(1), '-c', `${library('login-block')}\nvenvoy_login_block "$@"`, 'sh', file, text],
      {
        stdio: 'pipe',
        encoding: 'utf8',
      },
    )

  test.each([
    ['text', 'a\nb\n', ''],
    ['text without an end of line', 'a\nb', ' no newline before'],
    ['nothing', '', ''],
    ['bytes that are no text', Buffer.from([0xff, 0xc3, 0x0a, 0xe9, 0x0a, 0x0a]), ''],
    ['the line ends of Windows', 'x\r\ny', ' no newline before'],
  ])('goes behind %s, is replaced in its place, and leaves no trace', (_, content, state) => {
    const folder = place()
    const file = join(folder, '.profile')
    writeFileSync(file, content)
    chmodSync(file, 0o640)
    run(file, block)
    const before = Buffer.concat([Buffer.from(content), Buffer.from(state && '\n')])
    expect(readFileSync(file)).toEqual(Buffer.concat([before, Buffer.from(written(block, state))]))
    writeFileSync(file, 'more', { flag: 'a' })
    run(file, 'B=3')
    expect(readFileSync(file)).toEqual(Buffer.concat([before, Buffer.from(`${written('B=3', state)}more`)]))
    run(file, '')
    expect(readFileSync(file)).toEqual(Buffer.concat([Buffer.from(content), Buffer.from('more')]))
    expect([statSync(file).mode & 0o777, readdirSync(folder)]).toEqual([0o640, ['.profile']])
  })

  test('makes a file that was not there, and takes it along', () => {
    const file = join(place(), '.profile')
    run(file, block)
    expect(readFileSync(file, 'utf8')).toBe(written(block, ' new file'))
    run(file, '')
    expect(existsSync(file)).toBe(false)
    run(file, block)
    writeFileSync(file, 'mine\n', { flag: 'a' })
    run(file, '')
    expect(readFileSync(file, 'utf8')).toBe('mine\n')
  })

  test('goes into the file that a link leads to', () => {
    const folder = place()
    write(join(folder, 'dotfiles/profile'), 'a\n')
    symlinkSync('profile', join(folder, 'dotfiles/link'))
    symlinkSync('dotfiles/link', join(folder, '.profile'))
    run(join(folder, '.profile'), block)
    expect(lstatSync(join(folder, '.profile')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'dotfiles/profile'), 'utf8')).toBe(`a\n${written(block)}`)
  })

  test('is not touched where somebody cut its end off', () => {
    const file = join(place(), '.profile')
    const text = 'a\n# >>> venvoy setup >>>\nmine\n'
    writeFileSync(file, text)
    expect(() => run(file, '')).toThrow(/the block of venvoy in .*\.profile has no end: take it out by hand/)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})
