import { describe, expect, it } from 'vitest'
import { all, type Command, exec, path, pipe, render, secret, shell } from '../../src/shell/command.js'

const token = secret('TOKEN', `t'0"k`)
const script = (command: Command) => ({ kind: 'script', command }) as const

describe('render', () => {
  const commands: [string, Command, string][] = [
    ['words', exec('git', 'fetch', '--tags'), 'git fetch --tags'],
    ['no words', exec(), ''],
    ['words that need quotes', exec('echo', '', 'a b', "it's", '$HOME'), `echo '' 'a b' 'it'\\''s' '$HOME'`],
    ['a program named like a keyword', exec('time', 'time'), `'time' time`],
    ['a program named like an assignment', exec('A=1', 'B=2'), `'A=1' B=2`],
    ['text as it was written', shell(' a; b || c # d\\'), ' a; b || c # d\\'],
    [
      'text with words in it',
      shell('kill -', { word: 'a b' }, ' $(', { word: path('~/x') }, ')'),
      `kill -'a b' $("$HOME"/x)`,
    ],
    ['all', all(exec('a'), exec('b', 'c')), 'a && b c'],
    ['all of text', all(shell('a || b'), exec('c')), '{ a || b\n} && c'],
    ['text that ends in a comment', all(shell('a # b'), exec('c')), '{ a # b\n} && c'],
    ['text that ends in a heredoc', all(shell('cat <<E\nx\nE'), exec('c')), '{ cat <<E\nx\nE\n} && c'],
    ['a pipe', pipe(exec('a'), exec('b')), 'a | b'],
    ['all of pipes', all(pipe(exec('a'), exec('b')), exec('c')), '{ a | b\n} && c'],
    ['a pipe of alls', pipe(all(exec('a'), exec('b')), exec('c')), '{ a && b\n} | c'],
    ['all in all', all(exec('a'), all(exec('b'), exec('c'))), 'a && { b && c\n}'],
    ['a script', exec('sh', '-c', script(all(exec('a'), exec('b')))), `sh -c 'a && b'`],
    [
      'a script in a script',
      exec('sh', '-c', script(exec('sh', '-c', script(exec('a b'))))),
      `sh -c 'sh -c '\\'''\\''\\'\\'''\\''a b'\\''\\'\\'''\\'''\\'''`,
    ],
  ]
  it.each(commands)('writes %s', (_, command, expected) => {
    expect(render(command, 'shell')).toBe(expected)
    expect(render(command, 'log')).toBe(expected)
  })

  const paths: [string, string][] = [
    ['/srv/app', '/srv/app'],
    ['/srv/two words', `'/srv/two words'`],
    ['~', '"$HOME"'],
    ['~/', '"$HOME"'],
    ['~/apps/blog', '"$HOME"/apps/blog'],
    ["~/it's $HOME", `"$HOME"/'it'\\''s $HOME'`],
    ['~/a\nb', `"$HOME"/'a\nb'`],
    ['~deploy', '~deploy'],
    ['~deploy/x y', `~deploy/'x y'`],
    ['~john.doe/x', '~john.doe/x'],
    ['~Deploy-2/x', '~Deploy-2/x'],
    ['~$(id)/x', `'~$(id)/x'`],
    ['~+/x', `'~+/x'`],
    ['~1/x', `'~1/x'`],
    ['~-', `'~-'`],
    ['a/~/b', `'a/~/b'`],
    ['', `''`],
  ]
  it.each(paths)('writes the path %j as %s', (text, expected) => {
    expect(render(exec('ls', path(text)), 'shell')).toBe(`ls ${expected}`)
  })

  const secrets: [string, Command, string, string][] = [
    ['a word', exec('login', token), `login 't'\\''0"k'`, 'login [TOKEN]'],
    ['a word of text', shell('curl -K- <<<', { word: token }), `curl -K- <<<'t'\\''0"k'`, 'curl -K- <<<[TOKEN]'],
    [
      'a member of a tree',
      all(pipe(exec('a', token), exec('b')), exec('c')),
      `{ a 't'\\''0"k' | b\n} && c`,
      '{ a [TOKEN] | b\n} && c',
    ],
    [
      'a script',
      exec('sh', '-c', script(exec('a', token))),
      `sh -c 'a '\\''t'\\''\\'\\'''\\''0"k'\\'''`,
      `sh -c 'a [TOKEN]'`,
    ],
    [
      'a script in a script',
      exec('sh', '-c', script(exec('sh', '-c', script(exec('a', token, 'b c'))))),
      `sh -c 'sh -c '\\''a '\\''\\'\\'''\\''t'\\''\\'\\'''\\''\\'\\''\\'\\'''\\'''\\''\\'\\'''\\''0"k'\\''\\'\\'''\\'' '\\''\\'\\'''\\''b c'\\''\\'\\'''\\'''\\'''`,
      `sh -c 'sh -c '\\''a [TOKEN] '\\''\\'\\'''\\''b c'\\''\\'\\'''\\'''\\'''`,
    ],
  ]
  it.each(secrets)('shows a secret in %s to the shell only', (_, command, forShell, forLog) => {
    expect(render(command, 'shell')).toBe(forShell)
    expect(render(command, 'log')).toBe(forLog)
  })

  it('refuses a NUL byte', () => {
    expect(() => render(exec('a', 'b\0'), 'shell')).toThrow('a shell word cannot hold a NUL byte')
  })
})
