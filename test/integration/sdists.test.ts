import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anyPython3, describePython } from '../remote/support/interpreters.js'
import { thinVenvs } from '../remote/support/locked.js'
import { sha256, temporaryFolders } from '../remote/support/place.js'

const place = temporaryFolders()
const python = describePython(anyPython3())

/** A backend of its own, as the test has no setuptools: tells each build to a file, and builds another wheel each time. */
const backend = (log: string) => `
import base64, hashlib, os, zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    count = os.path.getsize(${JSON.stringify(log)})
    with open(${JSON.stringify(log)}, "a") as file:
        file.write("b")
    info = "counted-1.0.dist-info/"
    files = [("counted.py", "builds = %d" % count),
             (info + "METADATA", "Metadata-Version: 2.1\\nName: counted\\nVersion: 1.0"),
             (info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any")]
    rows = [row(path, text) for path, text in files] + [info + "RECORD,,"]
    name = "counted-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for path, text in files + [(info + "RECORD", "\\n".join(rows))]:
            wheel.writestr(path, text)
    return name

def row(path, text):
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
    return "%s,sha256=%s,%d" % (path, digest, len(text))
`

/** Venvs of a home whose lockfile has an sdist, and how often it was built. */
function venvsOfSdist() {
  const home = place()
  const [sources, index, log] = [join(home, 'counted-1.0'), join(home, 'index'), join(home, 'builds')]
  mkdirSync(sources, { recursive: true })
  mkdirSync(index)
  writeFileSync(log, '')
  writeFileSync(join(sources, 'backend.py'), backend(log))
  writeFileSync(join(sources, 'PKG-INFO'), 'Metadata-Version: 2.1\nName: counted\nVersion: 1.0\n')
  writeFileSync(
    join(sources, 'pyproject.toml'),
    '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
  )
  const archive = join(index, 'counted-1.0.tar.gz')
  execFileSync('tar', ['-czf', archive, '-C', home, 'counted-1.0'])
  const digest = sha256(readFileSync(archive))
  const locked = { path: 'pylock.toml', packages: [['counted', '1.0', [digest]]], sdists: ['counted'] } as const
  const venvs = thinVenvs(home, python, index, [])
  return {
    home,
    archive,
    builds: () => readFileSync(log, 'utf8').length,
    build: (fingerprint: string) => venvs.build('blog', { locked, fingerprint }),
    counted: (fingerprint: string) =>
      execFileSync(join(home, 'venvs/.venvoy', fingerprint, 'blog/bin/python'), [
        '-c',
        'import counted; print(counted.builds)',
      ]).toString(),
  }
}

describe('a package that is locked as an sdist', () => {
  it('is built once for a host and an interpreter, whatever venvs want it', async () => {
    const { home, build, builds, counted } = venvsOfSdist()
    expect(await build('1111111111111111')).toMatchObject({ code: 0 })
    expect(await build('2222222222222222')).toMatchObject({ code: 0 })
    expect(builds()).toBe(1)
    expect([counted('1111111111111111'), counted('2222222222222222')]).toEqual(['0\n', '0\n'])
    const [kept] = readdirSync(join(home, '.cache/venvoy/built')).filter((name) => !name.endsWith('.lock'))
    expect(readdirSync(join(home, '.cache/venvoy/built', kept!)).sort()).toEqual([
      'built.json',
      'counted-1.0-py3-none-any.whl',
    ])
  })

  it('is built again where what was kept is not what was built', async () => {
    const { home, build, builds, counted } = venvsOfSdist()
    expect(await build('1111111111111111')).toMatchObject({ code: 0 })
    const [kept] = readdirSync(join(home, '.cache/venvoy/built')).filter((name) => !name.endsWith('.lock'))
    writeFileSync(join(home, '.cache/venvoy/built', kept!, 'counted-1.0-py3-none-any.whl'), 'torn')
    expect(await build('2222222222222222')).toMatchObject({ code: 0 })
    expect([builds(), counted('2222222222222222')]).toEqual([2, '1\n'])
  })

  it('is not built where its hash is another', async () => {
    const { archive, build, builds } = venvsOfSdist()
    writeFileSync(archive, 'not what was locked')
    const { code, stderr } = await build('1111111111111111')
    expect({ code, builds: builds(), said: stderr.trimEnd().split('\n').slice(-3) }).toEqual({
      ...{ code: 1, builds: 0 },
      said: [
        'pip could not build counted 1.0, which the lockfile has as an sdist only',
        '  pip ended with exit code 1; what it said stands above',
        '  try: mend what the host misses to build it (a compiler, headers), or lock a version that has a wheel; what was serving still does',
      ],
    })
  })
})
