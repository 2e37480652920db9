import action from './helper/action.py'
import arriving from './helper/arriving.py'
import attributes from './helper/attributes.py'
import base from './helper/base.py'
import contents from './helper/contents.py'
import disk from './helper/disk.py'
import download from './helper/download.py'
import drafts from './helper/drafts.py'
import edit from './helper/edit.py'
import excluded from './helper/excluded.py'
import files from './helper/files.py'
import otherUser from './helper/other_user.py'
import place from './helper/place.py'
import step from './helper/step.py'
import tree from './helper/tree.py'
import upload from './helper/upload.py'
import { lazily, pythonProgram, runProgramText } from './python-program.js'

/** The program of the file steps of tasks; what it is told and says is as with that of deploys (src/remote/helper.ts). */
export const fileHelperSource = lazily(() =>
  pythonProgram([
    ...[base, disk, arriving, files, tree, attributes, drafts, excluded, place, edit],
    ...[contents, upload, download, otherUser, action, step],
  ]),
)

const versions = [13, 14, 12, 11, 10, 9, 8, 7, 6].map((minor) => `python3.${minor}`)
const names = ['python3', ...versions, 'python', 'python2.7', '/usr/bin/python3', '/usr/libexec/platform-python']

const tryPython =
  'import sys; v = sys.version_info; sys.stdout.write(sys.executable); sys.exit(v[:2] != (2, 7) and v < (3, 6))'

// Tried, not only looked for: a shim of pyenv is there without any Python behind it, and is slow with one.
const findPython = `for p in ${names.join(' ')}; do
p=$("$p" -E -S -c "${tryPython}" </dev/null 2>/dev/null) && break
p=
done
[ -n "$p" ] || { echo "this host has no Python for file steps: 2.7, or 3.6 and later
  try: install python3 there, or put it into the PATH of this user" >&2; exit 127; }`

/** The script that runs an action of that program; it reads its input from stdin, or gets it here. */
export function fileHelperScript(name: 'step' | 'uploads', input?: unknown): string {
  const line = `exec "$p" -E -s -B -c '${runProgramText}' ${name}`
  // JSON on one line never holds the delimiter.
  return `${findPython}\n${input === undefined ? line : `${line} <<'VENVOY'\n${JSON.stringify(input)}\nVENVOY\n`}`
}

const readSource = `import os
def take(count):
 data = b""
 while len(data) < count:
  part = os.read(0, count - len(data))
  if not part: raise SystemExit(1)
  data += part
 return data
SOURCE = take(int(take(16), 16)).decode("ascii")
exec(compile(SOURCE, "venvoy-helper", "exec"))`

/** The same as another user runs it, behind `sudo`: a shell line with its argument. It reads its own text from stdin. */
export const fileHelperCopy: readonly [line: string, argument: string] = [
  `${findPython}\nexec "$p" -E -s -B -c "$1" work`,
  readSource,
]
