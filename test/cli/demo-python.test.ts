import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findDemoPython, installLine } from '../../src/cli/demo-python.js'

it.each([
  ['Debian', 'ID=debian\n', 'apt-get install -y python3-venv'],
  ['Ubuntu', 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', 'apt-get install -y python3-venv'],
  ['Rocky Linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'dnf install -y python3'],
  ['openSUSE', 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', 'zypper install -y python3'],
  ['Alpine', 'ID=alpine\n', 'apk add python3'],
  ['Arch', 'ID=arch\n', 'pacman -S --noconfirm python'],
])('on %s the line to type is known', (_name, osRelease, line) => {
  expect(installLine(osRelease, 'linux', true)).toBe(line)
  expect(installLine(osRelease, 'linux', false)).toBe(`sudo ${line}`)
})

it('elsewhere it says what is needed', () => {
  const words = 'install python3 with its modules venv and ensurepip, then run the demo again'
  expect(installLine('', 'linux', true)).toBe(words)
  expect(installLine('ID=debianish\nVERSION_ID=debian\n', 'linux', true)).toBe(words)
  expect(installLine('', 'darwin', false)).toBe('xcode-select --install')
})

it('without a python3 it says so', async () => {
  await expect(findDemoPython('/nowhere')).rejects.toMatchObject({
    kind: 'config',
    failure: { where: 'demo', what: 'there is no python3', why: [], next: expect.any(String) },
  })
})

it("of a python3 without ensurepip it gives the last words, and otherwise the interpreter's own path", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'venvoy-python-'))
  const python = join(folder, 'python3')
  const says = (script: string) => writeFile(python, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  await says('echo Traceback >&2; echo "ModuleNotFoundError: No module named \'ensurepip\'" >&2; exit 1')
  await expect(findDemoPython(folder)).rejects.toMatchObject({
    failure: {
      what: 'python3 cannot make venvs with pip',
      why: ["ModuleNotFoundError: No module named 'ensurepip'"],
    },
  })
  await says('echo /opt/python/bin/python3')
  expect(await findDemoPython(folder)).toBe('/opt/python/bin/python3')
  await rm(folder, { recursive: true })
})
