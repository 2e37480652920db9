import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileHelperSource } from '../../src/remote/file-helper.js'
import { callHelper } from './support/call.js'
import { edgeInterpreters } from './support/interpreters.js'
import { listAll, sha256, temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()
const names = ['a', 'b', 'c/d', 'c/e', 'f', 'g']
const claim = '.cache/venvoy/uploads/0123456789abcdef'

describe.each(edgeInterpreters())('an upload of many files with %s', (python) => {
  const path = (home: string, text: string) => join(home, claim, sha256(text).slice(0, 2), sha256(text))
  const arrived = (home: string, texts: readonly string[]) => {
    for (const text of texts) {
      write(path(home, text), text)
      chmodSync(path(home, text), 0o600)
    }
  }
  const entry = (name: string, text: string) => ({
    ...{ path: name, digest: sha256(text), size: text.length, executable: name === 'a' },
  })
  const put = (home: string, entries: readonly object[], more: object = {}) =>
    callHelper({
      ...{ python, home, action: 'step', program: fileHelperSource() },
      input: {
        ...{ kind: 'upload', path: 'st', exclude: [], delete: false, roots: [''], check: false },
        ...{ claim: '0123456789abcdef', entries, ...more },
      },
    })
  const inode = (file: string) => lstatSync(file).ino
  // Python 2 cannot see whether a folder hands rights on to what is created in it.
  const canMove = !python.includes('2.7')

  it('moves what has arrived for it alone, with the mode that it is to have', async () => {
    const home = place()
    arrived(home, names)
    const before = names.map((text) => inode(path(home, text)))
    expect(
      await put(
        home,
        names.map((name) => entry(name, name)),
      ),
    ).toMatchObject({ code: 0, stderr: '' })
    expect(listAll(join(home, 'st'))).toEqual(['755 a', '644 b', '755 c/', '644 c/d', '644 c/e', '644 f', '644 g'])
    expect(names.map((name) => readFileSync(join(home, 'st', name), 'utf8'))).toEqual(names)
    expect(names.every((name, i) => inode(join(home, 'st', name)) === before[i])).toBe(canMove)
    expect(existsSync(join(home, claim))).toBe(false)
  })

  it('copies what two places want, what has another name as well, and what a later step may ask for', async () => {
    const home = place()
    arrived(home, names)
    mkdirSync(join(home, 'elsewhere'))
    linkSync(path(home, 'b'), join(home, 'elsewhere/b'))
    const before = inode(path(home, 'a'))
    const entries = [...names.map((name) => entry(name, name)), entry('a2', 'a')]
    expect(await put(home, entries)).toMatchObject({ code: 0, stderr: '' })
    expect([inode(join(home, 'st/a')), inode(join(home, 'st/a2'))]).not.toContain(before)
    expect(inode(join(home, 'st/b'))).not.toBe(inode(join(home, 'elsewhere/b')))
    expect(readFileSync(join(home, 'st/a2'), 'utf8')).toBe('a')

    arrived(home, ['1', '2', '3', '4', '5'])
    const kept = ['1', '2', '3', '4', '5'].map((text) => entry(text, text))
    expect(await put(home, kept, { keep: true })).toMatchObject({ code: 0, stderr: '' })
    expect(readFileSync(path(home, '5'), 'utf8')).toBe('5')
  })

  it('leaves all where it arrived when one of them is not what it was to be', async () => {
    const home = place()
    arrived(home, names)
    write(path(home, 'g'), 'other')
    const { code, stderr } = await put(
      home,
      names.map((name) => entry(name, name)),
    )
    expect({ code, stderr: stderr.split('\n')[0] }).toEqual({
      code: 1,
      stderr: `${home}/st/g would have got another content than it was to have`,
    })
    expect(listAll(join(home, 'st')).filter((each) => !each.endsWith('/'))).toEqual([])
    expect(names.filter((text) => existsSync(path(home, text)))).toEqual(names)
  })
})
