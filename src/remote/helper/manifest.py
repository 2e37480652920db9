# The list of a place's files, written when it was made: a base's, a venv's, a pip's. Its receipt has the digest of it.
import hashlib
import json
import os

# What we write about a place itself; and what people's tools look for in a venv, which may be changed.
ABOUT = tuple(path + end for path in (RECEIPT, MANIFEST, DRIFT, NOTED) for end in ('', '.tmp'))
# In a .dist-info folder.
OF_INSTALLERS = ('INSTALLER', 'RECORD', 'REQUESTED', 'direct_url.json', 'uv_build.json', 'uv_cache.json')


def read_contents(place):
    # path -> (mode, SHA-256), or ('link', target).
    return without_own(contents_of(place, Listing(place)))


def without_own(contents):
    load('wrapper')
    for path in ABOUT + (WRAPPER, WRAPPER + '.tmp', OURS_ALWAYS) + tuple(OWN):
        contents.pop(path, None)
    return contents


def put_manifest(place, contents, owners=None):
    # A JSON list in each line, sorted by path: path, mode, SHA-256, and whose it is. Gives its digest.
    names = dict((path, claims[0][0]) for path, claims in (owners or {}).items())
    data = json_lines((path,) + contents[path] + ((names[path],) if path in names else ())
                      for path in sorted(contents, key=raw_bytes))
    # It reaches the disk with all others, before the receipt.
    put_bytes(os.path.join(place, MANIFEST), data, 0o444)
    return hashlib.sha256(data).hexdigest()


def json_lines(lines):
    encode = json.JSONEncoder(separators=(',', ':')).encode
    return b''.join(encode([as_text(item) for item in line]).encode('ascii') + b'\n' for line in lines)


def as_text(item):
    # Most are ASCII, and there are many.
    try:
        item.encode('ascii')
        return item
    except (UnicodeDecodeError, UnicodeEncodeError):
        return readable(item)


def read_manifest(place, digest):
    # path -> (mode, SHA-256 or target, owner or None). None where it is not the one that the receipt speaks of.
    data = read_file(os.path.join(place, MANIFEST))
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        return None
    as_native = native if b'\\u' in data else str
    lines = json.loads('[%s]' % ','.join(data.decode('ascii').splitlines()))
    return dict((as_native(line[0]), (line[1], as_native(line[2]), line[3] if len(line) > 3 else None))
                for line in lines)


def content_digest(base, contents, owners):
    # Of what the packages brought: the same wherever the base is, and whether pip or uv installed. Without compiled
    # files: before Python 3.11 the same source does not always give the same bytes.
    lines = ['%s %s %s' % (contents[path] + (path,)) for path in owners
             if path in contents and not is_made_here(base, path)]
    return hashlib.sha256(b'\n'.join(sorted(raw_bytes(line) for line in lines))).hexdigest()


def is_made_here(base, path):
    # What an installer writes of its own, and scripts: their first lines name the place.
    folder, name = os.path.split(path)
    if name.endswith(('.pyc', '.pyo')) or (folder.endswith('.dist-info') and name in OF_INSTALLERS):
        return True
    if folder != 'bin':
        return False
    with open(os.path.join(base, path), 'rb') as file:
        return file.read(2) == b'#!'
