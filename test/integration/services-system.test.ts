import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { isAlive, processes } from '../support/processes.js'
import { type Desk, openDesk } from '../support/project.js'
import { canMakeUsers, type SudoUser, sudoUser } from '../support/sudo-user.js'
import { hasSystemd } from '../support/systemd.js'

/** What systemd's own do with units of the system, as far as services need it: for root, and noted in FOLDER/calls. */
const systemctl = `#!/bin/sh
echo "$(id -un): $*" >>FOLDER/calls
[ "$(id -u)" = 0 ] || { echo 'Interactive authentication required.' >&2; exit 4; }
[ "$1" != --quiet ] || shift
verb=$1
shift
for unit; do
  file=/etc/systemd/system/$unit pid=$(cat "FOLDER/$unit.pid" 2>/dev/null)
  case $verb in
  enable) [ -f "$file" ] && : >"FOLDER/$unit.enabled" || exit 1 ;;
  disable) rm -f "FOLDER/$unit.enabled" ;;
  stop | restart) [ -z "$pid" ] || { kill -TERM "-$pid"; rm "FOLDER/$unit.pid"; while kill -0 "-$pid" 2>/dev/null; do sleep 0.05; done; } ;;
  esac
  [ "$verb" = restart ] || continue
  user=$(sed -n 's/^User=//p' "$file")
  setsid setpriv --reuid="$user" --regid="$user" --init-groups env -i PATH=/usr/bin:/bin \\
    sh -c "exec $(sed -n 's/^ExecStart=//p' "$file")" >>"FOLDER/$unit.log" 2>&1 </dev/null &
  echo $! >"FOLDER/$unit.pid"
done
exit 0
`
const journalctl = `#!/bin/sh
[ "$(id -u)" = 0 ] || exit 1
while [ $# -gt 1 ]; do
  [ "$1" != --unit ] || cat "FOLDER/$2.log"
  shift
done
`

/** One story, told in order: each test begins where the one before it ended. */
describe.skipIf(!canMakeUsers() || !hasSystemd)('services kept by units of the system, written by sudo', () => {
  let folder: string
  let user: SudoUser
  let host: TestHost
  let desk: Desk
  const unit = 'p-a-web.service'

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'venvoy-system-'))
    for (const name of ['units', 'run/system']) mkdirSync(join(folder, name), { recursive: true })
    for (const [name, text] of Object.entries({ systemctl, journalctl }))
      writeFileSync(join(folder, name), text.replaceAll('FOLDER', folder), { mode: 0o755 })
    // What the host sees of this machine, in a mount namespace of its own: nobody else sees it.
    const mounts = [
      [join(folder, 'units'), '/etc/systemd/system'],
      [join(folder, 'systemctl'), '/usr/bin/systemctl'],
      [join(folder, 'journalctl'), '/usr/bin/journalctl'],
    ].map(([from, to]) => `mount --bind ${from} ${to}`)
    const booted = 'mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system'
    const script = [booted, ...mounts, 'exec "$@"'].join(' && ')
    user = sudoUser()
    user.allow('USER ALL=(root) NOPASSWD: ALL')
    host = await startHost('sshd', { user, login: 'dash', within: ['unshare', '-m', 'sh', '-c', script, 'sh'] })
    desk = openDesk()
    desk.write('app/server.py', 'import time\nprint("here", flush=True)\nwhile True: time.sleep(0.05)\n')
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      service_manager: 'systemd-system',
      env: { TOKEN: 'hunter2' },
      services: { web: 'python server.py' },
      instances: { a: { hosts: ['web1'] } },
    })
  })
  afterAll(async () => {
    await desk.venvoy('remove', 'a', '--yes')
    desk.remove()
    await host.stop()
    await user.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const file = () => join(folder, 'units', unit)
  const pid = () => Number(readFileSync(join(folder, `${unit}.pid`), 'utf8'))
  const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
  const releaseOf = () => /VENVOY_RELEASE=(\d+)/.exec(processes().find((each) => each.pid === pid())?.env ?? '')?.[1]

  it('are files of root, readable for all, that say nothing of a release or a secret', async () => {
    const { code, stderr } = await desk.venvoy('deploy', 'a')
    expect([code, stderr]).toEqual([0, expect.any(String)])
    expect(execFileSync('stat', ['-c', '%U %a', file()], { encoding: 'utf8' })).toBe('root 644\n')
    const to = join(host.home, 'apps/p-a')
    const text = readFileSync(file(), 'utf8')
    expect(text).toContain(`ExecStart=${to}/run web\nUser=${user.name}\n`)
    expect(text).toContain('WantedBy=multi-user.target\n')
    expect(text).not.toMatch(/hunter2|releases/)
    expect(execFileSync('ps', ['-o', 'user:40=', '-p', String(pid())], { encoding: 'utf8' }).trim()).toBe(user.name)
    expect([releaseOf(), calls()]).toEqual([
      '1',
      ['daemon-reload', `--quiet enable ${unit}`, `reset-failed ${unit}`, `restart ${unit}`].map(
        (each) => `root: ${each}`,
      ),
    ])
  })

  it('stay the same from release to release, while the process is a new one', async () => {
    const [before, first] = [readFileSync(file(), 'utf8'), pid()]
    const had = calls().length
    desk.write('app/new.py', '')
    expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
    expect([readFileSync(file(), 'utf8'), isAlive(first), releaseOf()]).toEqual([before, false, '2'])
    expect(calls().slice(had)).not.toContain('root: daemon-reload')
    expect((await desk.venvoy('deploy', 'a')).stderr).toContain('unchanged')
  })

  it('have a journal that sudo reads where the user may not', async () => {
    expect((await desk.venvoy('logs', 'a')).stdout).toContain('here')
  })

  it('are refused before anything is changed where sudo asks, and are taken away with the instance', async () => {
    user.allow('USER ALL=(root) ALL')
    desk.write('app/newer.py', '')
    const { code, stderr } = await desk.venvoy('deploy', 'a')
    expect([code, stderr]).toEqual([1, expect.stringContaining(`sudo asks ${user.name} for a password`)])
    expect(releaseOf()).toBe('2')
    user.allow('USER ALL=(root) NOPASSWD: ALL')
    const last = pid()
    expect((await desk.venvoy('remove', 'a', '--yes')).code).toBe(0)
    expect([isAlive(last), calls().slice(-3)]).toEqual([
      false,
      [`root: stop ${unit}`, `root: --quiet disable ${unit}`, 'root: daemon-reload'],
    ])
    expect(() => readFileSync(file())).toThrow('ENOENT')
  })
})
