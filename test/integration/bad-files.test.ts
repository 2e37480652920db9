import { afterEach, beforeEach, expect, it } from 'vitest'
import { contentsOf, type Desk, openDesk } from '../support/project.js'

let desk: Desk
beforeEach(() => {
  desk = openDesk()
})
afterEach(() => desk.remove())

/** Nothing listens there: what contacts it would not exit with 2. */
const file = {
  project: 'p',
  source: '.',
  hosts: { web1: 'nobody@127.0.0.1:1', web2: 'nobody@127.0.0.1:2' },
  groups: { web: ['web1'] },
  instances: { main: { hosts: ['web'] }, other: { hosts: ['web2'] } },
  tasks: { uptime: { on: 'hosts', run: 'uptime' } },
}

/** What is said on stderr; the exit code is 2, and neither here nor there anything has changed. */
async function refused(...args: string[]): Promise<string> {
  const before = contentsOf(desk.home)
  const { code, stdout, stderr } = await desk.venvoy(...args)
  expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' })
  expect(contentsOf(desk.home)).toEqual(before)
  return desk.mask(stderr)
}

const files: [string, string, string | Uint8Array | undefined, string][] = [
  [
    'no deploy.yml',
    'deploy.yml',
    undefined,
    `deploy.yml: there is no such file
  looked in DESK/project
  try: change to the project's folder, or name the file: venvoy -f PATH …
`,
  ],
  ['an empty one', 'deploy.yml', '', 'deploy.yml:1:1: the file is empty (`venvoy init` writes a first one)\n'],
  [
    'one of spaces and comments',
    'deploy.yml',
    '\n  # nothing\n',
    'deploy.yml:1:1: the file is empty (`venvoy init` writes a first one)\n',
  ],
  [
    'a binary one',
    'deploy.yml',
    Buffer.from('\x7fELF\x02\x01\x00\xff\xfe', 'latin1'),
    'deploy.yml: cannot be read: it is not UTF-8 text\n  try: save it as UTF-8\n',
  ],
  [
    'a list',
    'deploy.yml',
    '- a\n- b\n',
    'deploy.yml:1:1: the file should be a map: keys like `project: blog`, one a line\n  1 | - a\n    | ^^^\n',
  ],
  [
    '10 MB',
    'deploy.yml',
    `project: p\n${'# much\n'.repeat(1_500_000)}`,
    'deploy.yml:1:1: the file has 10.5 MB; a config has at most 1 MB\n  1 | project: p\n    | ^\n',
  ],
  ['a folder', 'deploy.yml/x', '', 'deploy.yml: cannot be read: it is a folder\n  try: venvoy -f FOLDER/deploy.yml\n'],
]
it.each(files)('%s', async (_, path, content, text) => {
  if (content !== undefined) desk.write(path, content)
  expect(await refused('deploy')).toBe(text)
})

const known = {
  instance: 'there are: main, other',
  host: 'there are: web1, web2',
  group: 'there are: web',
}
const lines: [string[], ...string[]][] = [
  [['deploy', 'mian'], 'unknown instance "mian"', '  did you mean main?', `  ${known.instance}`],
  [['deploy', '-i', 'x*'], 'no instance is called like "x*"', `  ${known.instance}`],
  [['deploy', '-H', 'web3'], 'unknown host "web3"', '  did you mean web1?', `  ${known.host}`],
  [['deploy', '-g', 'wbe'], 'unknown group "wbe"', '  did you mean web?', `  ${known.group}`],
  [['deploy', 'main', '-H', 'web2'], 'no instance is left by -i main -H web2'],
  [
    ['deploy'],
    'no instance is named, and there are several',
    `  ${known.instance}`,
    '  try: name one, or say --all --yes',
  ],
  [['run', 'uptme'], 'no task "uptme" in deploy.yml or tasks/ (did you mean uptime?)', '  try: venvoy list'],
  ...['', '..', 'a/b', '-x', '$(id)', '\u001b[31m'].flatMap((name): [string[], ...string[]][] => [
    [['deploy', '-i', name], `unknown instance ${JSON.stringify(name)}`, `  ${known.instance}`],
    [['exec', '-H', name, '--', 'true'], `unknown host ${JSON.stringify(name)}`, `  ${known.host}`],
    [['status', '-g', name], `unknown group ${JSON.stringify(name)}`, `  ${known.group}`],
    [
      ['run', '--', name],
      `no task ${JSON.stringify(name)} in deploy.yml or tasks/ (there is uptime)`,
      '  try: venvoy list',
    ],
  ]),
]
it('names that the file does not have', async () => {
  desk.write('deploy.yml', file)
  for (const [args, ...text] of lines)
    expect({ args, text: await refused(...args) }).toEqual({ args, text: `${text.join('\n')}\n` })
})

const rule = 'not a name: letters, digits, ".", "_" and "-", at most 64, beginning with a letter or a digit'
const names = ['', '..', 'a/b', '-x', '$(id)', 'ä', 'x'.repeat(65)]
it.each(names)('a host, an instance and a task of the name %j', async (name) => {
  desk.write(
    'deploy.yml',
    `project: p
source: .
hosts:
  ${JSON.stringify(name)}: local
instances:
  ${JSON.stringify(name)}: { hosts: [${JSON.stringify(name)}] }
tasks:
  ${JSON.stringify(name)}: 'true'
`,
  )
  const said = await refused('list')
  const heads = said.split('\n').filter((line) => line.startsWith('deploy.yml:'))
  // `deploy.yml:4:3: hosts."": not a name: …`
  expect(heads.map((line) => /^deploy\.yml:(\d+):3: (\w+)\..*?: (not a name: .*)$/.exec(line)?.slice(1))).toEqual([
    ['4', 'hosts', rule],
    ['6', 'instances', rule],
    ['8', 'tasks', rule],
  ])
})
