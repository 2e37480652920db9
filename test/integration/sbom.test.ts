import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildWheel, type PackageIndex, startPackageIndex, type WheelSpec } from '../../src/testing/index.js'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'
import { validateBom } from '../support/validate-bom.js'

const wheels: readonly WheelSpec[] = [
  { name: 'words', version: '2.0', modules: { 'words.py': 'hello = "hello"\n' } },
  {
    name: 'Greet.ing',
    version: '1.1',
    modules: { 'greeting.py': 'import words\n' },
    requires: ['Words>=1', 'nowhere; python_version < "3"', 'more[extra]; extra == "never"'],
  },
]
const digestOf = (wheel: WheelSpec) => createHash('sha256').update(buildWheel(wheel)).digest('hex')

describe('venv sbom', () => {
  let host: TestHost
  let desk: Desk
  let index: PackageIndex

  beforeAll(async () => {
    desk = openDesk()
    index = await startPackageIndex(wheels)
    host = await startHost('embedded')
    desk.write(
      'app/requirements.txt',
      wheels.map((wheel) => `${wheel.name}==${wheel.version} --hash=sha256:${digestOf(wheel)}\n`).join(''),
    )
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      venv: { index: index.url },
      instances: { main: { hosts: ['web1'] }, other: { hosts: ['web1'], venv: { locked: 'off' } } },
    })
    await desk.venvoy('deploy', '--all', '--yes')
  })
  afterAll(async () => {
    desk.remove()
    await Promise.all([host.stop(), index.stop()])
  })

  it('tells what is installed on the host, the same from run to run', async () => {
    const said = await desk.venvoy('venv', 'sbom', 'main')
    expect(said.code).toBe(0)
    const bom = JSON.parse(said.stdout)
    const [python, ...packages] = bom.components
    expect(python).toMatchObject({ type: 'platform', name: 'cpython', purl: `pkg:generic/cpython@${python.version}` })
    expect(packages).toEqual(
      [wheels[1]!, wheels[0]!].map((wheel) => {
        const name = wheel.name.toLowerCase().replace('.', '-')
        const purl = `pkg:pypi/${name}@${wheel.version}`
        const hashes = [{ alg: 'SHA-256', content: digestOf(wheel) }]
        return { type: 'library', 'bom-ref': purl, name, version: wheel.version, purl, hashes }
      }),
    )
    expect(bom.dependencies).toEqual([
      { ref: 'p/main@web1', dependsOn: [python.purl, 'pkg:pypi/greet-ing@1.1'] },
      { ref: python.purl },
      { ref: 'pkg:pypi/greet-ing@1.1', dependsOn: ['pkg:pypi/words@2.0'] },
      { ref: 'pkg:pypi/words@2.0', dependsOn: [] },
    ])
    expect((await desk.venvoy('venv', 'sbom', 'main')).stdout).toBe(said.stdout)
    validateBom(said.stdout)
  })

  it('has a serial number only where one is wanted', async () => {
    const said = await desk.venvoy('venv', 'sbom', 'main', '--serial-number')
    expect(JSON.parse(said.stdout).serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/)
    validateBom(said.stdout)
  })

  it('is a file for each instance', async () => {
    const said = await desk.venvoy('venv', 'sbom')
    expect([said.code, said.stdout, said.stderr]).toEqual([
      2,
      '',
      'there would be 2 documents on stdout\n  try: name one instance and one host, or give --output FOLDER\n',
    ])
    expect((await desk.venvoy('venv', 'sbom', '--output', 'boms')).code).toBe(0)
    const folder = join(desk.project, 'boms')
    expect(readdirSync(folder).sort()).toEqual(['main@web1.cdx.json', 'other@web1.cdx.json'])
    const other = JSON.parse(readFileSync(join(folder, 'other@web1.cdx.json'), 'utf8'))
    expect(other.components.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['greet-ing', 'pip', 'words']),
    )
    await desk.venvoy('venv', 'sbom', 'main', '--output', 'main.json', '--json')
    expect(existsSync(join(desk.project, 'main.json'))).toBe(true)
  })

  it('is of a venv that is there', async () => {
    await desk.venvoy('remove', 'other', '--yes')
    const said = await desk.venvoy('venv', 'sbom', 'other')
    expect([said.code, said.stdout]).toEqual([1, ''])
    expect(said.stderr).toContain("other on web1: there is no venv p-other of venvoy's\n  try: venvoy deploy other\n")
  })
})
