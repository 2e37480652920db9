import { existsSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Example, openExample } from '../support/example.js'
import { contentsOf, differences } from '../support/project.js'

const names = ['web1', 'web2', 'web3', 'web4']

/** One story, told in order. */
describe('the example of four hosts, one after the other', () => {
  let example: Example

  beforeAll(async () => {
    example = await openExample('rolling', { kind: 'sshd', more: { service_manager: 'pidfile' } })
  })
  afterAll(async () => {
    await example.venvoy('stop', '--all', '--yes')
    await example.stop()
  })

  const at = (host: string, path: string) => join(example.hosts[host]!.home, path)
  /** Which release each host has as `current`, and which one answers there. */
  const releases = async () => {
    const answers = await Promise.all(names.map((host) => example.get('production', host, '/')))
    return names.map((host, i) => [
      readlinkSync(at(host, 'apps/site-production/current')).replace('releases/', ''),
      /^ready: release (\d+)\n$/.exec(answers[i] ?? '')?.[1],
    ])
  }
  const serve = (...numbers: string[]) => numbers.map((number) => [number, number])

  it('serves on all of them', async () => {
    const { code, stderr } = await example.venvoy('deploy', '--serial', '4')
    expect([code, stderr]).toEqual([0, expect.stringContaining('4 changed')])
    expect(await releases()).toEqual(serve('1', '1', '1', '1'))
  })

  it('ends at the first host that fails: those before serve the new release, it the old one, the next is as it was', async () => {
    const before = contentsOf(at('web4', ''))
    writeFileSync(at('web3', 'broken'), '')
    const code = readFileSync('examples/rolling/app/serve.py', 'utf8')
    const trouble = "if os.path.exists(os.path.expanduser('~/broken')):\n    raise SystemExit('no disk')\n"
    example.desk.write('app/serve.py', `import os\n${trouble}${code}`)
    const said = await example.venvoy('deploy')
    expect([said.code, said.stderr]).toEqual([1, expect.stringContaining('production on web3: ')])
    expect(said.stderr).toContain('    no disk\n')
    expect(await releases()).toEqual(serve('2', '2', '1', '1'))
    expect(existsSync(at('web3', 'apps/site-production/releases/2/failed'))).toBe(true)
    expect(differences(before, contentsOf(at('web4', '')))).toEqual([])
  })

  it('brings the others along once that is mended', async () => {
    rmSync(at('web3', 'broken'))
    expect((await example.venvoy('deploy')).code).toBe(0)
    expect(await releases()).toEqual(serve('2', '2', '3', '2'))
  })
})
