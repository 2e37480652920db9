import { describe, expect, it } from 'vitest'
import { exec, secret, shell } from '../../src/shell/command.js'
import { emptyContext, prefix, withEnv, withHooks, withPath, wrap } from '../../src/shell/context.js'
import { cd, env, kind, library, lines, nested, prefixed, sudo, texts, token, user } from './layers.js'

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

  it.each([
    ['sh', 'sh', `eval "exec </dev/null;$(cat)"`],
    ['bash', 'bash', `eval "exec </dev/null;$(cat)"`],
  ] as const)(
    'tells sudo its password in front of the script, which never reads it, in %s',
    (shellKind, name, reader) => {
      const told = (password: string) =>
        texts({ ...nested(user('www'), kind(shellKind)), password: secret('PW', password) })
      const script = (password: string, mark: string) =>
        lines(
          `exec sudo -k -S -p '' -H -u 'www' -- ${name} -c 'l=; until [ "$l" = ${mark} ]; do IFS= read -r l || exit; done; ${reader}' sh "$HOME" <<'${mark}_'`,
          password,
          '',
          '',
          mark,
          'venvoy_home=$1; shift',
          'uptime',
          `${mark}_`,
        )
      expect(told(`it's $x`)).toEqual({ shell: script(`it's $x`, 'VENVOY'), log: script('[PW]', 'VENVOY') })
      // The password may look like the mark.
      expect(told('VENVOY').shell).toBe(script('VENVOY', 'VENVOY_'))
    },
  )

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
        sudo('www').replace("'VENVOY'", "'VENVOY_'"),
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
