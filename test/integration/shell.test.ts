import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtProgram } from '../cli/support/built.js'
import { newFolder, venvoy } from '../cli/support/venvoy.js'
import { type LoginShell, type Sshd, startSshd } from '../support/sshd.js'
import { atTerminal, type Screen } from '../support/terminal.js'

const secret = 's3cr3t "$HOME" `id` \\ it\'s !x'
const odd = 'a\'b \\ $HOME `x` "q" !x'

const logins = ['bash', 'dash', 'tcsh', 'fish'] as const
const hosts = new Map<LoginShell, Sshd>()
const project = newFolder()
const home = newFolder()

beforeAll(async () => {
  for (const login of logins) hosts.set(login, await startSshd({ shell: login, hostKeys: ['ed25519'] }))
  mkdirSync(join(home, '.ssh'), { mode: 0o700 })
  writeFileSync(join(home, '.ssh', 'known_hosts'), [...hosts.values()].map((each) => each.knownHostsText).join(''))
  writeFileSync(join(project, 'deploy.yml'), deployYml())
  for (const { home: remote } of hosts.values()) furnish(remote)
  furnish(home)
})
afterAll(async () => {
  for (const sshd of hosts.values()) await sshd.stop()
})

/** A venv and a release, as a deploy leaves them, and start-up files that want it otherwise. */
function furnish(remote: string): void {
  execFileSync('python3', ['-m', 'venv', '--without-pip', join(remote, '.virtualenvs', 'blog-staging')])
  mkdirSync(join(remote, 'apps', 'blog-staging', 'current', 'tree'), { recursive: true })
  writeFileSync(join(remote, '.profile'), 'export KEY=of-the-profile PROFILE=read; alias hello="echo from an alias"\n')
}

function deployYml(): string {
  const lines = [...hosts].map(([name, { port, user, keyFile }]) => {
    return `  ${name}: { address: 127.0.0.1, port: ${port}, user: ${user}, identity_file: ${keyFile} }`
  })
  return `project: blog
hosts:
${lines.join('\n')}
  system: { address: 127.0.0.1, port: ${hosts.get('bash')!.port}, user: ${hosts.get('bash')!.user}, identity_file: ${hosts.get('bash')!.keyFile}, transport: ssh }
  here: local
instances:
  staging: { hosts: [${logins.join(', ')}, system, here], env: { KEY: !secret KEY, ODD: ${JSON.stringify(odd)} } }
  missing: { hosts: [bash] }
`
}

/** Runs `venvoy shell …` at a terminal. What the host's prompt says differs; `$ ` and `# ` end it. */
const shell = (
  args: readonly string[],
  script: Parameters<typeof atTerminal>[0]['script'],
  term = 'xterm',
): Promise<Screen> =>
  atTerminal({
    argv: [process.execPath, ...builtProgram, 'shell', ...args],
    cwd: project,
    env: { PATH: process.env.PATH, HOME: home, TERM: term, KEY: secret, SHELL: '/bin/sh' },
    columns: 200,
    script,
  })

const inVenv = '\\(blog-staging\\) .*[$#] '

describe('a shell in an instance', () => {
  it.each([...logins, 'system', 'here'])(
    'has its venv, its env, its release and its prompt: login shell %s',
    async (host) => {
      const remote = host === 'here' ? home : hosts.get(host === 'system' ? 'bash' : (host as LoginShell))!.home
      const { screen, code, missed } = await shell(
        ['staging', '-H', host],
        [
          {
            expect: inVenv,
            type: `printf '<%s>\\n' "$PWD" "$KEY" "$ODD" "$(command -v python)" "$TERM" $PROFILE; hello\r`,
          },
          { expect: 'from an alias', type: 'deactivate; command -v python; echo "[$VIRTUAL_ENV]"\r' },
          { expect: '\\[\\]', type: 'exit 7\r' },
        ],
        'screen-256color',
      )
      expect({ missed, code }).toEqual({ missed: null, code: 7 })
      const said = [...screen.matchAll(/^<(.*)>\r?$/gm)].map((match) => match[1])
      expect(said).toEqual([
        `${remote}/apps/blog-staging/current/tree`,
        secret,
        odd,
        `${remote}/.virtualenvs/blog-staging/bin/python`,
        'screen-256color',
        'read',
      ])
    },
  )

  it('shows the secret nowhere: not on the screen, not in ps, not in a file', async () => {
    const sshd = hosts.get('bash')!
    const { screen, missed } = await shell(
      ['staging', '-H', 'bash'],
      [
        { expect: inVenv, type: 'ps -eo args > all-processes; ls -l /dev/fd > open; stty -a > modes; echo do"ne"\r' },
        { expect: 'done\\s', type: 'exit\r' },
      ],
    )
    const tree = join(sshd.home, 'apps', 'blog-staging', 'current', 'tree')
    const read = (name: string) => readFileSync(join(tree, name), 'utf8')
    expect(missed).toBe(null)
    expect(screen).not.toContain('s3cr3t')
    expect(read('all-processes')).toContain('--rcfile')
    expect(read('all-processes')).not.toContain('s3cr3t')
    expect(read('open')).not.toMatch(/ 9 ->/)
    // The terminal is as any login finds it.
    expect(read('modes')).toMatch(/ icanon .* echo /s)
    expect(
      readdirSync(sshd.home, { recursive: true, encoding: 'utf8' }).filter((path) => /VENVOY|s3cr/.test(path)),
    ).toEqual([])
  })

  it.each(['dash', 'system'])('passes keys and the size of the window on: %s', async (host) => {
    const { missed, code } = await shell(
      ['staging', '-H', host],
      [
        { expect: inVenv, type: 'stty size\r' },
        { expect: '24 200', type: 'sleep 100; echo not re"ached"\r' },
        { expect: 'not re', columns: 97, rows: 31 },
        { type: '\x03' },
        { expect: inVenv, type: 'stty size\r' },
        { expect: '31 97' },
        // Before the prompt is there, the key would belong to nobody.
        { expect: inVenv, type: '\x04' },
      ],
    )
    expect({ missed, code }).toEqual({ missed: null, code: 0 })
  })

  it('says what is not there, and ends', async () => {
    const { screen, code } = await shell(['missing'], [])
    expect(code).toBe(1)
    expect(screen).toMatch(/workon: no venv 'blog-missing' in .*; there are: blog-staging\s/)
  })
})

describe('a shell on a host', () => {
  it('is the login shell of its user', async () => {
    const { missed, code, screen } = await shell(
      ['-H', 'bash'],
      [{ expect: '[$#] ', type: 'echo "<$PROFILE><$0><$VIRTUAL_ENV>"; exit 3\r' }, { expect: '<read><.*bash><>' }],
    )
    expect({ missed, code, screen }).toEqual({ missed: null, code: 3, screen: expect.not.stringContaining('s3cr3t') })
  })

  it('needs no deploy.yml', async () => {
    const { port, user, keyFile } = hosts.get('dash')!
    const elsewhere = newFolder()
    const { missed, code } = await atTerminal({
      argv: [process.execPath, ...builtProgram, 'shell', '-H', `${user}@127.0.0.1:${port}`, '--identity', keyFile],
      cwd: elsewhere,
      env: { PATH: process.env.PATH, HOME: home, TERM: 'xterm' },
      script: [{ expect: '[$#] ', type: 'kill -9 $$\r' }],
    })
    expect({ missed, code }).toEqual({ missed: null, code: 137 })
  })

  it('is left by ~. behind Enter', async () => {
    const { missed, code, screen } = await shell(
      ['-H', 'bash'],
      [
        { expect: '[$#] ', type: 'echo go"ing"; sleep 30\r' },
        { expect: 'going\\s', type: '~.' },
      ],
    )
    expect({ missed, code }).toEqual({ missed: null, code: 1 })
    expect(screen).toContain('bash: the connection ended before the shell did')
  })
})

describe('what is refused before anything is contacted', () => {
  const cases: readonly (readonly [args: string[], said: RegExp])[] = [
    [['staging'], /several\r\n {2}try: venvoy shell staging -H bash\r\n.*staging -H dash/],
    [['-H', '*sh'], /several\r\n {2}try: venvoy shell -H bash\r\n/],
    [['stagin'], /unknown instance "stagin"\r\n {2}did you mean staging\?/],
  ]
  it.each(cases)('venvoy shell %j', async (args, said) => {
    const { screen, code } = await shell(args, [])
    expect(code).toBe(2)
    expect(screen).toMatch(said)
  })

  it('a shell without a terminal', async () => {
    expect(await venvoy({ args: ['shell', '-H', 'web1'] })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'a shell needs a terminal, and stdin or stdout is none\n  try: venvoy exec -- COMMAND\n',
    })
  })
})
