import { describe, expect, it } from 'vitest'
import type { ServiceSpec } from '../../src/config/service-spec.js'
import { isOneProgram } from '../../src/operations/one-program.js'
import { runText, serviceLines, settingsOf } from '../../src/operations/settings.js'
import { path, secret, shell } from '../../src/shell/command.js'
import { factsOf, releaseReceiptOf, specOf, treeOf } from '../plan/given.js'

const serviceOf = (name: string, text: string, changes: Partial<ServiceSpec> = {}): ServiceSpec => ({
  ...{ name, command: shell(text), env: {}, stopSignal: 'TERM', stopTimeout: 30, restart: 'always' },
  ...changes,
})

const current = releaseReceiptOf(treeOf({}))

/** What is said of other services than those that serve. */
function changed(before: readonly ServiceSpec[], now: readonly ServiceSpec[]): string[] {
  const [had, wanted] = [before, now].map((services) => settingsOf(specOf({ services }), factsOf(), treeOf({})))
  return serviceLines(wanted!, { ...factsOf().instances.staging!, current, settings: had!.receipt })
}

describe('the settings of a release', () => {
  it('are shell text, in the order of names', () => {
    const spec = specOf({
      env: { B: "it's", A: secret('PW', 's3cret'), DATA: path('~/data') },
      services: [serviceOf('web', 'gunicorn blog.wsgi', { env: { WORKERS: '2' } }), serviceOf('odd', 'cd x && ./run')],
    })
    const { texts, receipt, units } = settingsOf(spec, factsOf(), treeOf({}))
    expect(texts.env).toBe(
      `export A='s3cret'
export B='it'\\''s'
export DATA="$HOME"/data
export VIRTUAL_ENV_PROMPT='blog-staging'
export WORKON_HOME="$HOME"/.virtualenvs
`,
    )
    expect(texts.services).toEqual({
      web: "export WORKERS='2'\nexec gunicorn blog.wsgi\n",
      odd: "exec /bin/sh -c 'cd x && ./run'\n",
    })
    expect(JSON.stringify([receipt, units])).not.toContain('s3cret')
  })

  it('say by names what changed', () => {
    const web = serviceOf('web', 'gunicorn a')
    expect(changed([web], [web])).toEqual([])
    expect(changed([web], [serviceOf('web', 'gunicorn b')])).toEqual(['~ service web: another command'])
    expect(changed([web], [{ ...web, stopTimeout: 5 }])).toEqual(['~ service web: kept otherwise'])
    expect(changed([web], [serviceOf('job', 'celery')])).toEqual(['+ service job', '- service web'])
  })

  it.each([
    ['gunicorn -w "$N" blog.wsgi', true],
    ['./manage.py runserver >log', true],
    ['A=1 gunicorn', false],
    ['cd x', false],
    ['if true; then a; fi', false],
    ['a && b', false],
    ['a | b', false],
    ['a\nb', false],
    ['"my program" a', false],
  ])('%s is one program: %s', (text, expected) => {
    expect(isOneProgram(text)).toBe(expected)
  })

  it('the script names its folder, whatever that is called', () => {
    expect(runText("/srv/it's $&")).toContain("\nto='/srv/it'\\''s $&'\n")
  })
})
