import { describe, expect, it } from 'vitest'
import { all, exec, path, pipe, shell } from '../../src/shell/command.js'
import { type Context, emptyContext, nest, prefix } from '../../src/shell/context.js'
import { bash, cd, env, folders, kind, lines, nested, prefixed, rest, sudo, texts, user } from './layers.js'

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
    [
      'a home as a user: that of the one who logged in, or of the one named',
      nested(env({ H: path('~/x') }), folders('~', '~www/bin'), cd('~/a b'), user('www')),
      lines(
        sudo('www'),
        'export H="$venvoy_home"/x || exit',
        `export PATH="$venvoy_home":~www/bin${rest} || exit`,
        `cd -- "$venvoy_home"/'a b' || exit`,
        'uptime',
        'VENVOY',
      ),
    ],
    ['bash', nested(kind('bash')), lines(bash, 'uptime', 'VENVOY')],
    ['sh in bash', nested(kind('bash'), kind('sh')), 'uptime'],
    [
      'a login shell',
      nested(kind('login')),
      lines(
        `exec sh -c 'exec 3<&0 4>&1 </dev/null; bash -lc '\\''exec >&4 4>&-; eval "exec 3<&-;$(cat <&3)"'\\'' bash "$@" >&2; status=$?; ` +
          'IFS= read -r line <&3 || exit $status; [ $status -ne 127 ] || exit 127; ' +
          `echo "bash: a start-up file (.bash_profile, .profile) ended the login shell before the command" >&2; exit 126' <<'VENVOY'`,
        'uptime',
        'VENVOY',
      ),
    ],
    ['bash as a user', nested(kind('bash'), user('www')), lines(sudo('www', 'bash'), 'uptime', 'VENVOY')],
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
        sudo('www', 'bash'),
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
