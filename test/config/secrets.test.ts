import { describe, expect, it } from 'vitest'
import { describeDiagnostics } from '../../src/config/diagnostic.js'
import { type Lookups, readConfig } from '../../src/config/read.js'
import type { SecretAnswer, SecretPlace, SecretSource } from '../../src/config/secret-source.js'

const text = `project: blog
vars: { shelf: "two words" }
secrets:
  KEY: { command: "pass show {{ vars.shelf }}/{{ host }}" }
  SUDO: { file: sudo.txt }
hosts:
  web1: { env: { A: !secret KEY, B: !secret { ask: "For {{ host }}" } }, sudo_password: !secret SUDO }
  web2: { sudo_password: !secret NOWHERE }
tasks: { t: { on: hosts, run: ls, env: { T: !secret { file: t.txt } } } }
`

function read(lookups: Partial<Lookups>) {
  const asked: [SecretSource, boolean][] = []
  const { config, diagnostics } = readConfig(
    { file: 'deploy.yml', text },
    { env: () => undefined, ...lookups, secret: (source, isNeeded) => note(source, isNeeded) },
  )
  function note(source: SecretSource, isNeeded: boolean): SecretAnswer | undefined {
    asked.push([source, isNeeded])
    return lookups.secret?.(source, isNeeded)
  }
  return { config, asked, problems: describeDiagnostics(diagnostics) }
}

describe('the secrets of a file', () => {
  it('are looked for in the env, then as the file says, filled in for each place', () => {
    const { config, asked } = read({ env: (name) => (name === 'SUDO' ? 'of the env' : undefined) })
    expect(asked.slice(0, 2)).toEqual([
      [{ from: 'command', command: "pass show 'two words'/web1", whole: false }, true],
      [{ from: 'ask', question: 'For web1' }, true],
    ])
    expect(asked.map(([{ from }]) => from)).not.toContain('env')
    expect(config?.hosts[0]?.sudoPassword).toEqual({ kind: 'secret', name: 'SUDO', value: 'of the env' })
  })

  it('are known by their names, or by where they stand', () => {
    const { config } = read({ secret: ({ from }) => ({ value: `by ${from}` }) })
    expect(config?.hosts[0]?.env).toMatchObject({
      A: { kind: 'secret', name: 'KEY', value: 'by command' },
      B: { kind: 'secret', name: 'B', value: 'by ask' },
    })
    expect([...config!.secrets.values()].map(({ name }) => name).sort()).toEqual(['B', 'KEY', 'SUDO', 'T'])
  })

  it('are needed only where somebody says so; that of sudo may be missing', () => {
    const places: SecretPlace[] = []
    const needsSecrets = (place: SecretPlace) => {
      places.push(place)
      return place.use === 'sudo'
    }
    const { asked, problems } = read({ needsSecrets })
    expect(problems).toBe('')
    expect(asked.filter(([, isNeeded]) => isNeeded).map(([source]) => source)).toEqual([
      { from: 'file', path: 'sudo.txt' },
    ])
    expect(places).toContainEqual({ host: 'web1', task: 't' })
  })

  it('that cannot be had are reported where they are defined, once', () => {
    const { problems } = read({ secret: ({ from }) => ({ trouble: `no ${from}`, hint: 'look there' }) })
    expect(problems.split('\n').filter((line) => line.startsWith('deploy.yml'))).toEqual([
      'deploy.yml:4:3: secrets.KEY: no command (look there)',
      'deploy.yml:5:3: secrets.SUDO: no file (look there)',
      'deploy.yml:7:45: hosts.web1.env.B: no ask (look there)',
      'deploy.yml:9:53: tasks.t.env.T: no file (look there)',
    ])
  })
})
