import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runText } from '../../src/operations/settings.js'
import { programPath } from '../support/hosts.js'
import { temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()

/** An instance with two releases, of which the first serves. */
function instance(shell: string) {
  const to = join(place(), "it's here")
  for (const number of [1, 2]) {
    const release = join(to, 'releases', String(number))
    write(join(release, 'tree/code'), `code ${number}\n`)
    write(join(to, `venv${number}/bin/which-venv`), `#!/bin/sh\necho venv ${number}\n`)
    chmodSync(join(to, `venv${number}/bin/which-venv`), 0o755)
    symlinkSync(join(to, `venv${number}`), join(release, 'venv'))
    write(join(release, 'env'), `export A='${number} of "two"'\n`)
    mkdirSync(join(release, 'services'))
    mkdirSync(join(release, 'wrappers'))
    write(join(release, 'wrappers/say'), `exec sh -c 'cat code; which-venv; echo "$0:$1:$2"' "$0" "$@"\n`)
    write(join(release, 'services/web'), `export OWN='x'\nexec sh -c 'echo "$$ $A $OWN"; pwd; cat code; which-venv'\n`)
  }
  mkdirSync(join(to, '.venvoy'))
  symlinkSync('releases/1', join(to, 'current'))
  writeFileSync(join(to, 'run'), runText(to))
  const run = (...words: string[]) => {
    const applet = shell === 'busybox' ? ['sh'] : []
    const env = { PATH: '/usr/bin:/bin', HOME: '/nowhere' }
    const child = spawnSync(programPath(shell), [...applet, join(to, 'run'), ...words], { env, cwd: '/' })
    return { pid: child.pid, code: child.status, out: child.stdout.toString(), err: child.stderr.toString() }
  }
  return { to, run }
}

describe.each(['dash', 'bash', 'busybox'])('run, read by %s', (shell) => {
  it('becomes a service of the release that serves, and notes who runs', () => {
    const { to, run } = instance(shell)
    const { pid, code, out } = run('web')
    expect([code, out]).toEqual([0, `${pid} 1 of "two" x\n${to}/releases/1/tree\ncode 1\nvenv 1\n`])
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const [noted, start, bootNoted, release, since] = readFileSync(join(to, '.venvoy/services/web'), 'utf8').split(' ')
    expect([noted, bootNoted, release]).toEqual([String(pid), boot, '1'])
    expect([start, since]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+\n$/)])
  })

  it('becomes a command, word by word, after a switch in the other release', () => {
    const { to, run } = instance(shell)
    symlinkSync('releases/2', join(to, 'next'))
    renameSync(join(to, 'next'), join(to, 'current'))
    const said = run('--', 'sh', '-c', 'echo "$1"; which-venv; echo $VENVOY_RELEASE "$VIRTUAL_ENV"', 'sh', 'a  b')
    expect(said).toMatchObject({ code: 0, out: `a  b\nvenv 2\n2 ${to}/venv2\n`, err: '' })
  })

  it('becomes what a wrapper stands for, with the arguments of that', () => {
    const { to, run } = instance(shell)
    expect(run('wrapper', 'say', 'a  b', '*').out).toBe(`code 1\nvenv 1\n${to}/run:a  b:*\n`)
    expect(run('wrapper', '../services/no').err).toBe(`${to}/run: release 1 has no wrapper no\n`)
  })

  it('gives the exit code of what it became', () => {
    expect(instance(shell).run('--', 'sh', '-c', 'exit 7').code).toBe(7)
  })

  it('says what is missing', () => {
    const { to, run } = instance(shell)
    const refused = (...words: string[]) => [run(...words).code, run(...words).err.replace(`${to}/run: `, '')]
    expect(refused()).toEqual([127, 'say which service, or -- and a command\n'])
    expect(refused('../web')).toEqual([127, 'say which service, or -- and a command\n'])
    expect(refused('--')).toEqual([127, 'no command is given\n'])
    expect(refused('job')).toEqual([127, 'release 1 has no service job\n'])
    rmSync(join(to, 'releases/1/venv'))
    expect(refused('web')).toEqual([127, 'release 1 has lost its venv\n'])
    rmSync(join(to, 'current'))
    expect(refused('web')).toEqual([127, `nothing serves in ${to}\n`])
  })
})
