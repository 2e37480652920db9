# The helper: all file work on the host, by the standard library of Python 2.7 and 3.6 on. These files are one program:
# src/remote/helper.ts joins them, so a file uses what others define and imports none of them. Those that only some
# calls need come as text and are loaded by these: reading all of them would take longer than most calls.
import errno
import os
import sys

# A json.py in the working folder or on PYTHONPATH must not become part of this program (as with `python -I`).
FOREIGN_FOLDERS = os.environ.get('PYTHONPATH', '').split(os.pathsep)
sys.path[:] = sorted([folder for folder in sys.path if folder], key=lambda folder: folder in FOREIGN_FOLDERS)

import collections
import json
import re
import select

EVENT_MARK = b'\x1d'
CHUNK = 256 * 1024
AGAIN = 'run the same command again'
FAULT = 'this is a fault in venvoy: please report it'
TEXT = type(u'')

# One safe path component: 'blog-staging', 'a b+c'; not '', '..', 'a/b', '-x', '.git', '$(id)'.
NAME = re.compile(r'(?:[A-Za-z0-9_]|[^\x00-\x7f])(?:[A-Za-z0-9_.+@ -]|[^\x00-\x7f])*\Z')
# '0f3c9a1b2d4e5f60'
FINGERPRINT = re.compile(r'[A-Za-z0-9]{4,64}\Z')


class Failure(Exception):
    # What went wrong, why, and what to do next; `code` is the exit code (75: a lock is held and nobody wants to wait).
    def __init__(self, what, why=(), advice=None, code=1):
        Exception.__init__(self, what)
        self.what, self.why, self.advice, self.code = what, why, advice, code

    def lines(self):
        tail = [] if self.advice is None else ['  try: ' + self.advice]
        return [self.what] + ['  ' + line for line in self.why] + tail


def load(*names):
    import base64
    import zlib
    for name in names:
        text = LATER.pop(name, None)
        if text is not None:
            text = zlib.decompress(base64.b64decode(text))
            exec(compile(text, 'venvoy-helper ' + name, 'exec'), globals())


def native(text):
    # JSON's text as a file name of this system: right in every locale, also where Python would want ASCII.
    raw = text.encode('utf-8', 'replace')
    return raw if sys.version_info[0] == 2 else os.fsdecode(raw)


def readable(name):
    raw = name if isinstance(name, bytes) else os.fsencode(name)
    return raw.decode('utf-8', 'replace')


def native_text(raw):
    # Bytes for people, which come out again as they were: right in every locale, too.
    return raw if isinstance(raw, str) else os.fsdecode(raw)


def raw_bytes(name):
    return name if isinstance(name, bytes) else os.fsencode(name)


def convert(value, change):
    # The same JSON value with `change` done to all its strings.
    if isinstance(value, (str, TEXT)):
        return change(value)
    if isinstance(value, (list, tuple)):
        return [convert(item, change) for item in value]
    if isinstance(value, dict):
        pairs = [(change(key), convert(item, change)) for key, item in value.items()]
        return collections.OrderedDict(pairs)
    return value


def parse_json(data):
    try:
        return convert(json.loads(data.decode('utf-8')), native)
    except ValueError as error:
        raise Failure('the input of the helper is not JSON', [str(error)], FAULT)


def one_line_json(pairs):
    # ASCII without spaces; the keys keep their order, which receipts rely on.
    value = convert(collections.OrderedDict(pairs), readable)
    return json.dumps(value, separators=(',', ':')).encode('ascii')


def write_all(fd, data):
    view = memoryview(data)
    while len(view):
        try:
            view = view[os.write(fd, view[:CHUNK]):]
        except OSError as error:
            # Another holder of the same channel may have made it non-blocking.
            if error.errno != errno.EAGAIN:
                raise
            select.select([], [fd], [])


def tell(fd, data):
    # Nobody listens any more: what is on the disk counts, so the work goes on.
    try:
        write_all(fd, data)
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise


def emit(event, **fields):
    tell(1, EVENT_MARK + one_line_json([('event', event)] + sorted(fields.items())) + b'\n')


def note(level, text):
    # For people, also where the output of a step is not shown. `level`: info, warning.
    emit('note', level=level, text=text)


def say(line):
    tell(2, raw_bytes(line) + b'\n')


def read_some(limit):
    # Never reads ahead: what follows on this channel is not ours. Empty at the end of the input.
    while True:
        try:
            return os.read(0, min(limit, CHUNK))
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
            select.select([0], [], [])


def read_exactly(count):
    parts = []
    while count:
        part = read_some(count)
        if not part:
            raise lost_connection()
        parts.append(part)
        count -= len(part)
    return b''.join(parts)


def read_to_end():
    return b''.join(iter(lambda: read_some(CHUNK), b''))


def read_input():
    return parse_json(read_to_end())


def lost_connection():
    return Failure('the connection was lost while files were being received', ['what has arrived is kept'], AGAIN)


def expand(path):
    # '~/apps/blog' or '/srv/blog/' as an absolute path without a slash at its end.
    whole = os.path.expanduser(path) if path.startswith('~/') or path == '~' else path
    if not whole.startswith('/'):
        raise Failure('the path "%s" is neither absolute nor begins with ~/' % path)
    return whole.rstrip('/') or '/'


def check_name(name):
    if not NAME.match(name) or len(name) > 200:
        raise Failure('"%s" cannot be the name of a venv' % name,
                      ['a name is letters, digits, and . _ + @ - or spaces inside; it does not begin with . or -'])
    return name


def check_fingerprint(fingerprint):
    if not FINGERPRINT.match(fingerprint):
        raise Failure('"%s" is not a fingerprint' % fingerprint)
    return fingerprint
