import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sshConfig } from '../../src/transport/ssh-config.js'
import { globConfigFiles, readConfigFile } from '../../src/transport/ssh-config-files.js'
import { sshSays } from '../../src/transport/ssh-says.js'
import { Dice } from '../fuzz/support/mutate.js'
import { aliases, randomSshConfig, users } from './support/random-ssh-config.js'
import { filled, saysOfSsh } from './support/says-of-ssh.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'venvoy-config-'))
  mkdirSync(join(folder, 'more'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const seed = process.env.VENVOY_TEST_SEED ?? 'venvoy'
const configs = process.env.VENVOY_TEST_ALL ? 4000 : 60

test(`what ${configs} random files say of a host is what ssh says, seed ${seed}`, async () => {
  const [file, empty] = [join(folder, 'config'), join(folder, 'empty')]
  writeFileSync(empty, '')
  const unsaid = saysOfSsh(empty, 'web1')!
  let compared = 0
  for (let count = 0; count < configs; count++) {
    const dice = new Dice(`${seed} ${count}`)
    const more = [`${folder}/more/*.conf`, `${folder}/more/20.conf`, `"${folder}/none"`]
    const texts = {
      'more/20.conf': randomSshConfig(dice, []),
      'more/10.conf': randomSshConfig(dice, more.slice(1)),
      config: randomSshConfig(dice, more),
    }
    for (const [path, text] of Object.entries(texts)) writeFileSync(join(folder, path), text)
    const alias = dice.pick(aliases)
    const user = dice.roll(3) === 0 ? dice.pick(users) : undefined
    const theirs = saysOfSsh(file, alias, user)
    if (theirs === undefined) continue
    compared++
    const ours = await sshConfig({
      files: [{ path: file, folder }],
      localUser: userInfo().username,
      read: readConfigFile,
      glob: (pattern, from) => globConfigFiles(pattern, from, '/nowhere'),
      ask: (question) => sshSays(question, { configFile: file, env: { PATH: process.env.PATH } }),
      note: () => {},
    })({ alias, ...(user !== undefined && { user }) })
    const story = JSON.stringify({ count, alias, user, texts }, undefined, 1).replaceAll(folder, '')
    expect(filled(ours, unsaid, alias, user), story).toEqual(theirs)
  }
  // Most of what is made up must be something that ssh takes.
  expect(compared).toBeGreaterThan(configs / 2)
}, 600_000)
