import { describe, expect, it } from 'vitest'
import { all, exec, path, pipe, secret, shell } from '../../src/shell/command.js'
import {
  as,
  type Context,
  emptyContext,
  inShell,
  nest,
  prefix,
  type ShellKind,
  withEnv,
  withHooks,
  within,
  withPath,
  wrap,
} from '../../src/shell/context.js'

const token = secret('TOKEN', `t'k`)
const library = (name: string) => `# the functions of ${name}`
const texts = (context: Context, command = shell('uptime')) => {
  const script = wrap(command, context, library)
  return { shell: script.text('shell'), log: script.text('log') }
}
const lines = (...all: string[]) => all.join('\n')

// The layers of a context, outermost first, as the file and the blocks of a task nest them.
const nested = (...layers: readonly ((context: Context) => Context)[]) =>
  layers.reduce((context, layer) => layer(context), emptyContext)
const env = (names: Parameters<typeof withEnv>[1]) => (context: Context) => withEnv(context, names)
const folders =
  (...list: string[]) =>
  (context: Context) =>
    withPath(context, ...list)
const prefixed = (text: string) => (context: Context) => prefix(context, shell(text))
const cd = (folder: string) => (context: Context) => within(context, folder)
const user = (name: string) => (context: Context) => as(context, name)
const kind = (name: ShellKind) => (context: Context) => inShell(context, name)

const rest = `"\${PATH:+:$PATH}"`

const sudo = (name: string) => `exec sudo -n -H -u '${name}' -- sh -c 'eval "exec </dev/null;$(cat)"' <<'VENVOY'`
const bash = `exec bash -c 'eval "exec </dev/null;$(cat)"' <<'VENVOY'`

describe('a command in its context', () => {
  const whole: [string, Context, string][] = [
    ['nothing', emptyContext, 'uptime'],
    ['env', nested(env({ A: '1', B: 'x y' })), lines(`export A='1' B='x y' || exit`, 'uptime')],
    [
      'env in env: the inner value wins',
      nested(env({ A: '1', B: '2' }), env({ B: '3', C: '4' })),
      lines(`export A='1' B='3' C='4' || exit`, 'uptime'),
    ],
    [
      'env with all that is special',
      nested(env({ A: `$HOME "q" it's \`id\` \\ !x\nnext` })),
      lines(`export A='$HOME "q" it'\\''s \`id\` \\ !x`, `next' || exit`, 'uptime'),
    ],
    ['an empty env value', nested(env({ A: '' })), lines(`export A='' || exit`, 'uptime')],
    [
      'a path as env value',
      nested(env({ WORKON_HOME: path('~/.virtualenvs') })),
      lines('export WORKON_HOME="$HOME"/.virtualenvs || exit', 'uptime'),
    ],
    ['path', nested(folders('/opt/bin')), lines(`export PATH=/opt/bin${rest} || exit`, 'uptime')],
    [
      'paths: the inner are searched first',
      nested(folders('/a', '/b'), folders('~/c d', '~deploy/bin')),
      lines(`export PATH="$HOME"/'c d':~deploy/bin:/a:/b${rest} || exit`, 'uptime'),
    ],
    [
      'PATH as env, and path',
      nested(folders('/a'), env({ PATH: '/usr/bin' })),
      lines(`export PATH='/usr/bin' || exit`, `export PATH=/a${rest} || exit`, 'uptime'),
    ],
    ['a prefix', nested(prefixed('umask 077')), lines('{ umask 077', '} || exit', 'uptime')],
    [
      'prefixes: the outer run first',
      nested(prefixed('a'), prefixed('b'), prefixed('c')),
      lines('{ a', '} || exit', '{ b', '} || exit', '{ c', '} || exit', 'uptime'),
    ],
    ['a prefix that ends in a comment', nested(prefixed('a # b')), lines('{ a # b', '} || exit', 'uptime')],
    [
      'a prefix that ends in a heredoc',
      nested(prefixed('cat <<E\nx\nE')),
      lines('{ cat <<E', 'x', 'E', '} || exit', 'uptime'),
    ],
    [
      'a prefix of trees',
      prefix(emptyContext, pipe(exec('a'), all(exec('b'), shell('c; d')))),
      lines('{ a | { b && { c; d', '}', '}', '} || exit', 'uptime'),
    ],
    ['cd', nested(cd('/srv/app')), lines('cd -- /srv/app || exit', 'uptime')],
    ['cd in cd', nested(cd('/srv/'), cd('app'), cd('sub dir')), lines(`cd -- '/srv/app/sub dir' || exit`, 'uptime')],
    ['an absolute cd in cd', nested(cd('/srv'), cd('/opt')), lines('cd -- /opt || exit', 'uptime')],
    ['cd to a home in cd', nested(cd('/srv'), cd('~/app')), lines('cd -- "$HOME"/app || exit', 'uptime')],
    ["cd to another user's home", nested(cd('~deploy'), cd('a b')), lines(`cd -- ~deploy/'a b' || exit`, 'uptime')],
    [
      'cd upwards out of a home',
      nested(cd('~/apps'), cd('../..')),
      lines('cd -- "$HOME"/apps/../.. || exit', 'uptime'),
    ],
    ['cd at the root', nested(cd('/'), cd('srv')), lines('cd -- /srv || exit', 'uptime')],
    ['a relative cd', nested(cd('apps')), lines('cd -- ./apps || exit', 'uptime')],
    ['cd to a folder named -', nested(cd('-')), lines('cd -- ./- || exit', 'uptime')],
    ['cd to a folder named -x', nested(cd('-x')), lines('cd -- ./-x || exit', 'uptime')],
    [
      'cd to a folder with a quote and a newline',
      nested(cd("/it's\na")),
      lines(`cd -- '/it'\\''s`, `a' || exit`, 'uptime'),
    ],
    ['user', nested(user('www')), lines(sudo('www'), 'uptime', 'VENVOY')],
    ['user in user: the inner wins', nested(user('root'), user('www')), lines(sudo('www'), 'uptime', 'VENVOY')],
    [
      'a user that wants to be more',
      nested(user("x' -s; id '")),
      lines(sudo(`x'\\'' -s; id '\\''`), 'uptime', 'VENVOY'),
    ],
    ['bash', nested(kind('bash')), lines(bash, 'uptime', 'VENVOY')],
    ['sh in bash', nested(kind('bash'), kind('sh')), 'uptime'],
    [
      'a login shell',
      nested(kind('login')),
      lines(
        `exec sh -c 'exec 3<&0 4>&1 </dev/null; bash -lc '\\''exec >&4 4>&-; eval "exec 3<&-;$(cat <&3)"'\\'' >&2; status=$?; ` +
          'IFS= read -r line <&3 || exit $status; [ $status -ne 127 ] || exit 127; ' +
          `echo "bash: a start-up file (.bash_profile, .profile) ended the login shell before the command" >&2; exit 126' <<'VENVOY'`,
        'uptime',
        'VENVOY',
      ),
    ],
    [
      'bash as a user',
      nested(kind('bash'), user('www')),
      lines(`exec sudo -n -H -u 'www' -- bash -c 'eval "exec </dev/null;$(cat)"' <<'VENVOY'`, 'uptime', 'VENVOY'),
    ],
  ]
  it.each(whole)('is whole: %s', (_, context, expected) => {
    expect(texts(context)).toEqual({ shell: expected, log: expected })
  })

  const outermostFirst = [
    env({ A: '1' }),
    folders('/opt/bin'),
    prefixed('umask 077'),
    cd('/srv'),
    user('www'),
    kind('bash'),
  ]
  it.each([
    ['outermost first', outermostFirst],
    ['innermost first', [...outermostFirst].reverse()],
  ])('has one order, however it was nested: %s', (_, layers) => {
    expect(texts(nested(...layers)).shell).toBe(
      lines(
        `exec sudo -n -H -u 'www' -- bash -c 'eval "exec </dev/null;$(cat)"' <<'VENVOY'`,
        `export A='1' || exit`,
        `export PATH=/opt/bin${rest} || exit`,
        '{ umask 077',
        '} || exit',
        'cd -- /srv || exit',
        'uptime',
        'VENVOY',
      ),
    )
  })

  it('is the same whether contexts are nested at once or key by key', () => {
    const layers = [env({ A: '1', B: '1' }), folders('/o'), prefixed('o'), cd('/o'), user('o'), kind('bash')]
    const inner = [env({ B: '2' }), folders('/i'), prefixed('i'), cd('i'), user('i'), kind('sh')]
    expect(nest(nested(...layers), nested(...inner))).toEqual(nested(...layers, ...inner))
    expect(nest(nested(...layers), emptyContext)).toEqual(nested(...layers))
    expect(nest(emptyContext, nested(...layers))).toEqual(nested(...layers))
  })

  it('leaves the outer context as it was', () => {
    const outer = nested(env({ A: '1' }), folders('/a'), prefixed('a'), cd('/a'), user('a'), kind('bash'))
    const copy = structuredClone(outer)
    for (const layer of [env({ A: '2' }), folders('/b'), prefixed('b'), cd('b'), user('b'), kind('sh')]) layer(outer)
    nest(outer, nested(env({ A: '3' }), prefixed('c')))
    expect(outer).toEqual(copy)
  })

  it('nests as deep as one likes', () => {
    const depth = 100
    const context = Array.from({ length: depth }, (_, i) => prefixed(`p${i}`)).reduce(
      (c, layer) => layer(c),
      emptyContext,
    )
    expect(texts(context).shell).toBe(lines(...Array.from({ length: depth }, (_, i) => `{ p${i}\n} || exit`), 'uptime'))
  })

  it('has the command verbatim and last', () => {
    const command = ' a; b || c &\n# end \\'
    expect(texts(nested(prefixed('p'), cd('/srv')), shell(command)).shell).toBe(
      lines('{ p', '} || exit', 'cd -- /srv || exit', command),
    )
  })

  it('never lets a line of the script end it', () => {
    const command = shell("cat <<'VENVOY'\nVENVOY\nVENVOY_\n VENVOY__")
    expect(texts(nested(kind('bash')), command).shell).toBe(
      lines(
        `exec bash -c 'eval "exec </dev/null;$(cat)"' <<'VENVOY__'`,
        "cat <<'VENVOY'",
        'VENVOY',
        'VENVOY_',
        ' VENVOY__',
        'VENVOY__',
      ),
    )
  })
})

describe('a secret in a context', () => {
  it('shows to the shell only', () => {
    const context = nested(env({ KEY: token }), (c) => prefix(c, exec('login', token)), cd('/srv'))
    expect(texts(context, exec('a', token))).toEqual({
      shell: lines(
        `export KEY='t'\\''k' || exit`,
        `{ login 't'\\''k'`,
        '} || exit',
        'cd -- /srv || exit',
        `a 't'\\''k'`,
      ),
      log: lines('export KEY=[TOKEN] || exit', '{ login [TOKEN]', '} || exit', 'cd -- /srv || exit', 'a [TOKEN]'),
    })
  })

  it('shows to the shell only two scripts deep, as another user', () => {
    const innermost = wrap(exec('a', token), nested(user('inner')), library)
    const inner = exec('sh', '-c', {
      kind: 'script',
      command: exec('sh', '-c', { kind: 'script', command: exec('a', token) }),
    })
    expect(texts(nested(user('www'), env({ KEY: token })), inner)).toEqual({
      shell: lines(
        sudo('www'),
        `export KEY='t'\\''k' || exit`,
        `sh -c 'sh -c '\\''a '\\''\\'\\'''\\''t'\\''\\'\\'''\\''\\'\\''\\'\\'''\\'''\\''\\'\\'''\\''k'\\''\\'\\'''\\'''\\'''`,
        'VENVOY',
      ),
      log: lines(sudo('www'), 'export KEY=[TOKEN] || exit', `sh -c 'sh -c '\\''a [TOKEN]'\\'''`, 'VENVOY'),
    })
    expect(innermost.text('log')).toBe(lines(sudo('inner'), 'a [TOKEN]', 'VENVOY'))
  })

  it('may hold the delimiter of the script', () => {
    const context = nested(user('www'), env({ KEY: secret('KEY', 'a\nVENVOY\nb') }))
    expect(texts(context)).toEqual({
      shell: lines(
        sudo('www').replace(/VENVOY'$/, "VENVOY_'"),
        `export KEY='a`,
        'VENVOY',
        `b' || exit`,
        'uptime',
        'VENVOY_',
      ),
      log: lines(sudo('www'), 'export KEY=[KEY] || exit', 'uptime', 'VENVOY'),
    })
  })
})

describe('workon in a context', () => {
  it.each([
    'workon blog',
    ' workon\tblog',
    'cd /srv && workon blog',
    '(workon blog)',
    'true;workon blog',
    'a\nworkon blog',
  ])('gets its function for the prefix %j', (text) => {
    const script = wrap(shell('pip list'), nested(prefixed(text)), library)
    expect(script.libraries).toEqual(['workon'])
    expect(script.text('shell')).toBe(lines('# the functions of workon', `{ ${text}`, '} || exit', 'pip list'))
    expect(script.text('log')).toBe(lines(`{ ${text}`, '} || exit', 'pip list'))
  })

  it('gets its function for the command', () => {
    expect(texts(emptyContext, shell('workon a; pip list'))).toEqual({
      shell: lines('# the functions of workon', 'workon a; pip list'),
      log: 'workon a; pip list',
    })
  })

  it.each(['ls workon.d', 'lsvirtualenv', './workon-all', 'networkon x', 'cat ~/workon/x'])(
    'is not seen in %j',
    (text) => {
      expect(wrap(shell(text), nested(prefixed(text)), library).libraries).toEqual([])
    },
  )

  it('has its functions inside the switched user and shell', () => {
    expect(texts(nested(prefixed('workon blog'), user('www'))).shell).toBe(
      lines(sudo('www'), '# the functions of workon', '{ workon blog', '} || exit', 'uptime', 'VENVOY'),
    )
  })

  it('takes a login bash where hooks are asked for, whatever shell was said', () => {
    const context = withHooks(nested(prefixed('workon blog'), kind('sh')))
    const script = wrap(shell('uptime'), context, library)
    expect(script.libraries).toEqual(['workon-hooks'])
    expect(script.text('log')).toBe(
      wrap(shell('uptime'), nested(prefixed('workon blog'), kind('login')), library).text('log'),
    )
    expect(script.text('shell')).toContain('\n# the functions of workon-hooks\n{ workon blog\n} || exit\nuptime\n')
  })

  it('leaves a command without workon in its shell where hooks are asked for', () => {
    expect(texts(withHooks(emptyContext)).shell).toBe('uptime')
  })
})

describe('a context that no shell can have', () => {
  it.each(['', '1A', 'A-B', 'A B', 'A=1', 'A\n', 'É', 'A;id'])('names the env variable %j', (name) => {
    expect(() => texts(withEnv(emptyContext, { [name]: 'x' }))).toThrow(
      `${JSON.stringify(name)} cannot be the name of an env variable\n  try: letters, digits and _ make a name, and no digit begins it`,
    )
  })

  it.each(['', '/a:/b'])('names the PATH folder %j', (folder) => {
    expect(() => texts(withPath(emptyContext, folder))).toThrow(
      `${JSON.stringify(folder)} cannot be a folder of PATH\n  try: give each folder by itself`,
    )
  })

  it('has a NUL byte in a value', () => {
    expect(() => texts(withEnv(emptyContext, { A: 'a\0' }))).toThrow('a shell word cannot hold a NUL byte')
  })
})
