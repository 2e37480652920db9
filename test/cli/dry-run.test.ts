import { describe, expect, it } from 'vitest'
import { newFolder, venvoy } from './support/venvoy.js'

const deploy = `project: blog
hosts: { here: local, there: local }
tasks:
  both: { on: [here, there], download: { from: /etc/hostname, to: got } }
  none: { on: here, upload: { from: none, to: /x } }
  text: { on: here, template: { from: app.conf, to: app.conf } }
  dump: { on: here, run: [make, { download: { from: ~/dump.gz, to: got } }, { absent: x }] }
  code: { on: here, run: [{ run: make, register: m }, { absent: x, when: results.m.ok }] }
`
const code = "import { task } from 'venvoy'\nexport const t = task('T', (c) => c.run('make'), { on: 'here' })\n"
const files = { 'deploy.yml': deploy, 'app.conf': 'a=1\nb={{ hots }}\n', 'tasks/own.ts': code }
const run = (...args: string[]) => venvoy({ files, args: ['run', ...args], home: newFolder() })

describe('what steps for files take from here', () => {
  it.each([
    [
      'both',
      'download /etc/hostname to got: here and there would write the same path here\n  try: put {{ host }} into to:\n',
    ],
    ['none', 'none: there is no such file or folder\n  looked at PROJECT/none\n'],
    [
      'text',
      'app.conf:2:3: {{ hots }} is not known here (did you mean host?)\n  2 | b={{ hots }}\n    |   ^^^^^^^^^^\n',
    ],
  ])('is looked at before anything is contacted: %s', async (task, stderr) => {
    expect(await run(task)).toEqual({ code: 2, stdout: '', stderr })
  })
})

describe('a dry run', () => {
  it('says what would be run, and what that keeps it from knowing', async () => {
    expect(await run('--dry-run', 'code')).toEqual({
      code: 0,
      stdout: '',
      stderr: [
        'here: would run: make',
        'here: absent x: depends on results.m',
        'here: would change',
        '1 would change in N s',
        '',
      ].join('\n'),
    })
  })

  it('goes on where a step would fetch what another would make', async () => {
    const { code, stdout, stderr } = await run('--dry-run', 'dump')
    // Where the machine is slow, steps say that they begin, and how long they took.
    const said = stderr.split('\n').filter((line) => !/ …$|, N s$/.test(line))
    expect({ code, stdout, said }).toEqual({
      code: 0,
      stdout: 'here | HOME/dump.gz is not there yet\n',
      said: [
        'here: would run: make',
        'here: download ~/dump.gz to got: would change',
        'here: absent x: unchanged',
        'here: would change',
        '1 would change in N s',
        '',
      ],
    })
  })

  it('refuses code', async () => {
    expect(await run('--dry-run', 'own.t')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'task own.t is code: what it would do shows only when it runs\n  try: run it without --dry-run, on one host first: -H HOST\n',
    })
  })
})
