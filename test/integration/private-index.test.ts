import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildWheel, type PackageIndex, startPackageIndex, wheelFilename } from '../../src/testing/index.js'
import { callHelper } from '../remote/support/call.js'
import { anyPython3, describePython, findInterpreters } from '../remote/support/interpreters.js'
import { temporaryFolders, venvInput, write } from '../remote/support/place.js'
import { product, sampleOf } from '../support/sample.js'

const place = temporaryFolders()
const ours = { name: 'ours', version: '1.0', modules: { 'ours.py': 'whose = "ours"\n' } }
const theirs = { name: 'ours', version: '99.0', modules: { 'ours.py': 'whose = "theirs"\n' } }
const oldest = findInterpreters().find((path) => path.includes('/3.6.'))
const pythons = [anyPython3(), ...(oldest === undefined ? [] : [oldest])].map(describePython)

describe('an extra index that has a higher version of a private name', () => {
  let main: PackageIndex
  let extra: PackageIndex
  beforeEach(async () => {
    main = await startPackageIndex([ours])
    extra = await startPackageIndex([theirs])
  })
  afterEach(() => Promise.all([main.stop(), extra.stop()]))

  const told = (address: string) => address.replace('://', '://ann:hidden@')
  const conf = () => `[global]\nindex-url = ${main.url}\n[install]\nextra_index_url =\n  ${told(extra.url)}\n`
  const ways = {
    'the env': () => ({ PIP_INDEX_URL: main.url, PIP_EXTRA_INDEX_URL: told(extra.url) }),
    'pip.conf': (home: string) => {
      write(join(home, '.config/pip/pip.conf'), conf())
      return {}
    },
    'a file of its own': (home: string) => {
      write(join(home, 'own.conf'), conf())
      return { PIP_CONFIG_FILE: join(home, 'own.conf') }
    },
  }
  const warning = () =>
    expect.objectContaining({
      event: 'note',
      level: 'warning',
      text: `an extra index of pip's settings is not asked (${extra.url}): whoever publishes the name of your package elsewhere would decide what is installed; name one index that has all (venv.index), or lock with hashes`,
    })

  test.each(
    sampleOf(
      'who names an extra index',
      product(
        pythons.map(({ version }) => version),
        Object.keys(ways),
        [''],
      ),
    ),
  )('is not asked by Python %s for requirements without hashes, whatever names it: %s', async (version, way) => {
    const python = pythons.find((each) => each.version === version)!
    const home = place()
    const env = ways[way as keyof typeof ways](home)
    const input = venvInput('~/venvs', python, { arguments: ['ours'] })
    const { code, events } = await callHelper({ python: python.path, home, action: 'venv', input, env })
    expect([code, events]).toEqual([0, expect.arrayContaining([warning()])])
    expect(events.at(-1)).toMatchObject({ installed: expect.arrayContaining([['ours', '1.0']]) })
    expect(extra.requests()).toEqual([])
  })

  test.each(pythons.slice(0, 1).map((python) => [python.version, python] as const))(
    'is not asked by Python %s when a lockfile is made, nor beside an index of deploy.yml',
    async (_, python) => {
      const home = place()
      const env = { TMPDIR: home, ...ways['the env']() }
      const input = { ...venvInput('~/venvs', python, { arguments: ['ours'] }), pins: [] }
      const { code, events } = await callHelper({ python: python.path, home, action: 'resolve', input, env })
      expect([code, events]).toEqual([0, expect.arrayContaining([warning()])])
      expect(events.at(-1)).toMatchObject({ packages: [expect.arrayContaining(['ours', '1.0'])] })
      const named = { ...input, index: main.url }
      const again = await callHelper({ python: python.path, home, action: 'resolve', input: named, env })
      expect(again.events.at(-1)).toMatchObject({ packages: [expect.arrayContaining(['ours', '1.0'])] })
      expect([again.events.filter(({ event }) => event === 'note'), extra.requests()]).toEqual([[], []])
    },
  )
})

describe('a password in an address', () => {
  let server: Server
  let seen: string[]
  beforeEach(async () => {
    seen = []
    server = createServer(({ headers }, response) => {
      seen.push(`login ${atob((headers.authorization ?? ' ').split(' ')[1]!)}`)
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
        if (commandLineOf(pid).includes('hidden-word')) seen.push(commandLineOf(pid))
      if (headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
      else response.end(buildWheel(ours))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  afterEach(() => server.close().closeAllConnections())

  const commandLineOf = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    } catch {
      return ''
    }
  }

  test.each(['venv', 'resolve'])('opens it for %s, shows in no command line, and stays in no file', async (action) => {
    const home = place()
    const [python] = pythons
    const address = `http://ann:hidden-word@127.0.0.1:${(server.address() as AddressInfo).port}/${wheelFilename(ours)}`
    const input = { ...venvInput('~/venvs', python!, { arguments: [`ours @ ${address}`] }), pins: [] }
    const env = { TMPDIR: home, PIP_NO_INDEX: '1' }
    const { code, events, stdout, stderr } = await callHelper({ python: python!.path, home, action, input, env })
    expect([code, stdout.includes('hidden-word'), stderr.includes('hidden-word')]).toEqual([0, false, false])
    expect(new Set(seen.filter((line) => line !== 'login '))).toEqual(new Set(['login ann:hidden-word']))
    const names = readdirSync(home, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
    const texts = names.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    expect(texts.filter((text) => text.includes('hidden-word'))).toEqual([])
    expect(JSON.stringify(events).includes('hidden-word')).toBe(false)
  })
})
