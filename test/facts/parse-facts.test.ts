import { describe, expect, it } from 'vitest'
import { parseFacts } from '../../src/facts/parse-facts.js'

const answer = (...lines: string[]) =>
  ['venvoy-facts|1', 'system|Linux|x86_64|ann|1000|/home/ann|web1|/bin/bash|1800000000', ...lines, 'end', ''].join('\n')
const parse = (text: string) => parseFacts(text.replaceAll('|', '\x1f'), 'web1')

describe('a probe’s answer', () => {
  it('becomes facts', () => {
    expect(
      parse(
        answer(
          'program|git|/usr/bin/git',
          'free|/srv|2048',
          'sudo|root|yes',
          'sudo|postgres|no',
          'interpreter|/usr/bin/python3|1 2 3|3.14.0rc1|cpython|cpython-314-x86_64-linux-gnu|linux-x86_64|yes|no|/usr/bin/python3.14|glibc 2.36',
          'listed|/home/ann/.virtualenvs|class|link|3.11.7.final.0|yes',
          'link|lrwxrwxrwx 1 ann users 9 Nov 21 08:00 /home/ann/.virtualenvs/class -> /srv/a -> b',
        ),
      ),
    ).toEqual({
      system: {
        os: 'Linux',
        arch: 'x86_64',
        user: 'ann',
        uid: 1000,
        home: '/home/ann',
        hostname: 'web1',
        shell: '/bin/bash',
        now: 1_800_000_000,
      },
      programs: { git: '/usr/bin/git' },
      interpreters: [
        {
          path: '/usr/bin/python3',
          real: '/usr/bin/python3.14',
          version: '3.14.0rc1',
          implementation: 'cpython',
          abi: 'cpython-314-x86_64-linux-gnu',
          platform: 'linux-x86_64',
          libc: 'glibc 2.36',
          hasVenv: true,
          hasEnsurepip: false,
          stamp: '1 2 3',
        },
      ],
      instances: {},
      venvs: [{ name: 'class', home: '/home/ann/.virtualenvs', link: '/srv/a -> b', version: '3.11.7', ours: true }],
      free: { '/srv': 2_097_152 },
      sudo: { root: true, postgres: false },
    })
  })

  it('may come behind what a start-up file prints', () => {
    expect(parse(`Welcome!\nno newline here${answer()}and frames behind`).system.user).toBe('ann')
  })

  it.each([
    [
      'nothing',
      '',
      `web1: the host did not answer the probe
  it answered nothing
  try: log in by hand and run \`sh -c true\`: the login shell must be able to start sh`,
    ],
    [
      'a refusal',
      'This account is\x1b[1m currently not available.\n',
      `web1: the host did not answer the probe
  it answered:
    This account is [1m currently not available.
  try: log in by hand and run \`sh -c true\`: the login shell must be able to start sh`,
    ],
    [
      'half an answer',
      answer('program|git|/usr/bin/git').replace('end\n', ''),
      `web1: the host's answer to the probe breaks off
  it answered:
    venvoy-facts 1
    system Linux x86_64 ann 1000 /home/ann web1 /bin/bash 1800000000
    program git /usr/bin/git
  try: log in by hand and run \`sh -c true\`: the login shell must be able to start sh`,
    ],
  ])('that is %s is an error that shows it', (_, text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ message }))
  })
})
