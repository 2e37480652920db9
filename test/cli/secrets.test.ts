import { describe, expect, it } from 'vitest'
import { newFolder, venvoy, venvoyBytes } from './support/venvoy.js'

const deployFile = `project: p
hosts:
  one:
    address: local
    env: { A: !secret FROM_COMMAND, B: !secret FROM_FILE, C: !secret { command: "echo in place" } }
  two: { address: local, env: { A: !secret FROM_COMMAND } }
  here: local
secrets:
  FROM_COMMAND: { command: "echo run >>counted; echo secret-of-{{ host }}" }
  FROM_FILE: { file: key.txt }
  NEVER: { command: "echo never >>counted; echo never" }
tasks:
  show: { on: [one, two], run: 'printf "%s|%s|%s\\n" "$A" "$B" "$C" >"$HOME/told-$VENVOY_HOST"; cat "$HOME/told-$VENVOY_HOST"' }
  other: { on: hosts, run: "true", env: { N: !secret NEVER } }
  count: { on: here, run: "true" }
`
const files = { 'deploy.yml': deployFile, 'key.txt': 'from the file\n' }

describe('secrets', () => {
  it('come from commands and files, for what is selected, and are masked in what is printed', async () => {
    const { stdout, stderr, code } = await venvoy({ args: ['run', '--plain', '-H', 'one', 'show'], files })
    expect([code, stdout]).toEqual([0, 'one | [FROM_COMMAND]|[FROM_FILE]|[C]\n'])
    expect(stderr).toContain('the secret in key.txt can be read by others: chmod 600 PROJECT/key.txt\n')
  })

  it('are run once a run, each for its instance, and only those that are needed', async () => {
    const args = ['run', '--plain', 'show']
    const home = newFolder()
    const counted = { ...files, 'deploy.yml': deployFile.replaceAll('>>counted', '>>$HOME/counted') }
    const { stdout } = await venvoy({ args, files: counted, home })
    expect(stdout.split('\n').sort()).toEqual(['', 'one | [FROM_COMMAND]|[FROM_FILE]|[C]', 'two | [FROM_COMMAND]||'])
    const { stdout: log } = await venvoyBytes({ args: ['exec', '-H', 'here', '--', 'cat', 'counted'], files, home })
    expect(String(log)).toBe('run\nrun\n')
  })

  it('are not fetched by what needs none', async () => {
    const broken = { 'deploy.yml': deployFile.replaceAll(/command: "[^"]*"/g, 'command: "exit 1"') }
    const { code, stderr } = await venvoy({ args: ['run', 'count'], files: broken })
    expect([code, stderr]).toEqual([0, ''])
    expect((await venvoy({ args: ['list'], files: broken })).code).toBe(0)
  })

  it('that cannot be had are named all at once, before anything runs', async () => {
    const broken = deployFile
      .replace('echo run >>counted; echo secret-of-{{ host }}', 'echo the vault is sealed >&2; exit 2')
      .replace('file: key.txt', 'file: no.txt')
      .replace('!secret { command: "echo in place" }', '!secret NOWHERE')
    const { code, stderr } = await venvoy({ args: ['run', '-H', 'one', 'show'], files: { 'deploy.yml': broken } })
    expect([code, stderr]).toEqual([
      2,
      `deploy.yml:5:70: hosts.one.env.C: the env variable NOWHERE is not set (set it here, as in NOWHERE=… venvoy …)
  5 |     env: { A: !secret FROM_COMMAND, B: !secret FROM_FILE, C: !secret NOWHERE }
    |                                                                      ^^^^^^^

deploy.yml:9:3: secrets.FROM_COMMAND: \`echo the vault is sealed >&2; exit 2\` exited with 2: the vault is sealed
  9 |   FROM_COMMAND: { command: "echo the vault is sealed >&2; exit 2" }
    |   ^^^^^^^^^^^^

deploy.yml:10:3: secrets.FROM_FILE: there is no file no.txt (looked at PROJECT/no.txt)
  10 |   FROM_FILE: { file: no.txt }
     |   ^^^^^^^^^
`,
    ])
  })

  it('in the env go over what the file says of them', async () => {
    const env = { FROM_COMMAND: 'of the env', FROM_FILE: 'of the env too' }
    const broken = { 'deploy.yml': deployFile.replace('file: key.txt', 'file: no.txt') }
    const home = newFolder()
    const { code } = await venvoy({ args: ['run', '-H', 'one', 'show'], files: broken, env, home })
    const told = await venvoy({
      args: ['exec', '-H', 'here', '--', 'cat', 'told-one'],
      files: { 'deploy.yml': 'project: p\nhosts: { here: local }\n' },
      home,
    })
    expect([code, told.stdout]).toEqual([0, 'of the env|of the env too|in place\n'])
  })

  it('stay out of pipes, with a word about it, unless somebody wants the bytes', async () => {
    const args = ['exec', '-H', 'two', '--', 'printf', '%s', 'before secret-of-two after']
    const masked = await venvoy({ args, files })
    expect([masked.stdout, masked.stderr]).toEqual([
      'before [FROM_COMMAND] after',
      'warning: [FROM_COMMAND] stands for secrets in what was printed; --unmasked leaves it as it is\n',
    ])
    const [exec, ...rest] = args
    const plain = await venvoy({ args: [exec!, '--unmasked', ...rest], files })
    expect([plain.stdout, plain.stderr]).toEqual(['before secret-of-two after', ''])
  })
})
