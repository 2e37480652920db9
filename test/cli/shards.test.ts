import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder, venvoy } from './support/venvoy.js'

/** Nine hosts that are this machine; `web2` fails until the file `mended` is in the home folder. */
const file = `project: fleet
hosts:
${Array.from({ length: 9 }, (_, i) => `  web${i + 1}: local\n`).join('')}
groups: { some: [web1, web2] }
instances:
  blog-{1..6}: { hosts: [some] }
tasks:
  hello: { on: hosts, run: 'echo $VENVOY_HOST; test $VENVOY_HOST != web2 || test -e mended' }
  each: { run: 'true' }
  rolling: { on: hosts, serial: 1, run: 'true' }
`

function project() {
  const [home, folder] = [newFolder(), newFolder()]
  writeFileSync(join(folder, 'deploy.yml'), file)
  const run = (...args: string[]) => venvoy({ args: ['-f', join(folder, 'deploy.yml'), ...args], home })
  const report = (name: string) => join(folder, 'reports', `${name}.json`)
  return { home, folder, run, report }
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

describe('--shard', () => {
  it('divides hosts, and the reports of all parts are one that is complete and can be repeated', async () => {
    const { home, run, report } = project()
    const parts = ['1', '2', '3']
    const codes: (number | null)[] = []
    for (const part of parts)
      codes.push((await run('run', '--shard', `${part}/3`, '--report', report(part), 'hello')).code)
    const hosts = parts.map((part) => read(report(part)).selection.map(({ host }: { host: string }) => host))
    const bad = hosts.findIndex((own) => own.includes('web2'))
    expect(hosts.flat().sort()).toEqual(Array.from({ length: 9 }, (_, i) => `web${i + 1}`))
    expect(codes).toEqual(parts.map((_, i) => (i === bad ? 1 : 0)))

    const merged = await run('report', 'merge', ...parts.map(report), '--report', report('all'))
    expect({ code: merged.code, stdout: merged.stdout }).toEqual({ code: 1, stdout: '' })
    expect(merged.stderr).toContain('what did not end well, once more: venvoy run --retry-failed hello\n')
    expect(merged.stderr).toContain('8 ok, 1 failed in N s\n')
    expect(read(report('all')).results).toHaveLength(9)

    writeFileSync(join(home, 'mended'), '')
    expect(await run('run', '--retry-failed', '--plain', 'hello')).toMatchObject({ code: 0, stdout: 'web2 | web2\n' })
    const retried = await run('report', 'merge', report('all'))
    expect(retried.code).toBe(1)
  })

  it('leaves instances whole: their hosts wait for one another', async () => {
    const { run, report } = project()
    for (const part of ['1', '2']) await run('run', '--shard', `${part}/2`, '--report', report(part), 'each')
    const targets = ['1', '2'].map((part): { host: string; instance: string }[] => read(report(part)).selection)
    for (const own of targets) {
      expect(own.length).toBeGreaterThan(0)
      for (const { instance } of own) expect(own.filter((each) => each.instance === instance)).toHaveLength(2)
    }
    expect(targets.flat()).toHaveLength(12)
  })

  it('is well where its part is empty, and a part without a report is missed', async () => {
    const { run, report } = project()
    const empty = await run('run', '--shard', '1/50', '-H', 'web1', '--report', report('1'), 'hello')
    expect(empty).toEqual({ code: 0, stdout: '', stderr: 'part 1/50: nothing of what is selected\n' })
    const merged = await run('report', 'merge', report('1'))
    expect(merged.code).toBe(1)
    expect(merged.stderr).toMatch(/^warning: there is no report of 2\/50, 3\/50, .*, 50\/50\n/)
  })

  it.each([
    [
      'run --shard 9/8 hello',
      "error: option '--shard <part>' argument '9/8' is invalid. One of several parts is wanted, from 1 on: 3/8.\n(venvoy --help shows the commands)\n",
    ],
    [
      'run --shard 1/2 rolling',
      'task rolling goes from host to host in batches: parts that run side by side would not\n  try: leave out --shard 1/2; or say --serial, which then counts within the part\n',
    ],
    ['lock --shard 1/2', 'venvoy lock has no parts\n  try: leave out --shard 1/2\n'],
    [
      'report merge deploy.yml',
      "deploy.yml: the report cannot be read: ENOENT: no such file or directory, open 'PROJECT/deploy.yml'\n  try: venvoy … --report FILE writes one\n",
    ],
  ])('refuses: %s', async (args, stderr) => {
    expect(await project().run(...args.split(' '))).toEqual({ code: 2, stdout: '', stderr })
  })

  it('counts batches within a part where the command line asks for them', async () => {
    expect((await project().run('run', '--shard', '1/2', '--serial', '1', 'rolling')).code).toBe(0)
  })
})

describe('--report', () => {
  it('refuses a place that cannot be written, and contacts nobody', async () => {
    const { folder, run } = project()
    const where = join(folder, 'no', 'such', 'report.json')
    const { code, stdout, stderr } = await run('exec', '--report', where, '--', 'touch begun')
    expect({ code, stdout, stderr: stderr.replaceAll(folder, 'FOLDER') }).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'FOLDER/no/such/report.json: the report cannot be written\n' +
        "  ENOENT: no such file or directory, mkdir 'FOLDER/no/such'\n" +
        '  try: another file for --report, in a folder that you may write to\n',
    })
  })

  it('is written where no record can be kept, as in a container that is read only', async () => {
    const { home, run, report } = project()
    writeFileSync(join(home, '.local'), 'in the way')
    await run('run', '--report', report('1'), 'hello')
    expect(read(report('1')).results).toHaveLength(9)
    expect(existsSync(`${report('1')}.new`)).toBe(false)
    expect(readdirSync(home)).toEqual(['.local'])
  })
})
