# A tree of the cache's contents, put into a folder. Nothing in it leads outside.
import errno
import fcntl
import hashlib
import os
import sys

# Of x86 and ARM; on others it is no request at all, which is an answer, too.
FICLONE = 0x40049409


def put_tree(tree, folder, put=None):
    # `folder` is new or empty. Files come before links, so that no file is ever written through one.
    put = put or copy_blob
    cache = expand(tree['cache'])
    files = [entry for entry in tree['entries'] if 'target' not in entry]
    links = [entry for entry in tree['entries'] if 'target' in entry]
    check_entries(tree['entries'], set(entry['path'] for entry in links))
    make_folder(folder)
    for entry in files:
        make_parent(folder, entry['path'])
        put(cache, entry, os.path.join(folder, entry['path']))
    for entry in links:
        make_parent(folder, entry['path'])
        os.symlink(entry['target'], os.path.join(folder, entry['path']))
    for entry in links:
        check_link(folder, entry)


def put_texts(texts, folder):
    # Readable for us alone: an index URL may hold a password.
    check_entries([{'path': path} for path in texts], ())
    for path, text in texts.items():
        make_parent(folder, path)
        remove_if_there(os.path.join(folder, path))
        write_new(os.path.join(folder, path), raw_bytes(text), 0o600)


def make_parent(folder, path):
    parent = os.path.dirname(path)
    if parent:
        make_folder(os.path.join(folder, parent))


def check_entries(entries, links):
    for entry in entries:
        path = entry['path']
        parts = path.split('/')
        if '\0' in path or any(part in ('', '.', '..') for part in parts):
            raise Failure('the path "%s" does not stay inside the tree' % path.replace('\0', '\\0'))
        for end in range(1, len(parts)):
            if '/'.join(parts[:end]) in links:
                raise Failure('the path "%s" goes through a link of the tree' % path)


def check_link(folder, entry):
    # Resolved for real: `a/up -> ..` is fine by itself, `out -> a/up/..` with it is not.
    inside = os.path.realpath(folder)
    found = os.path.realpath(os.path.join(folder, entry['path']))
    if os.path.isabs(entry['target']) or not (found + '/').startswith(inside + '/'):
        raise Failure('the link "%s" leads out of the tree' % entry['path'], ['it points to ' + entry['target']],
                      'take it out of the project, or ignore it')


def mode_of(entry):
    return 0o755 if entry['executable'] else 0o644


def copy_blob(cache, entry, target, mode=None):
    source = blob_path(cache, check_digest(entry['digest']))
    try:
        taken = os.open(source, os.O_RDONLY)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise
        raise no_blob(source, '"%s"' % entry['path'])
    try:
        found = copy_file(taken, target, mode_of(entry) if mode is None else mode)
    finally:
        os.close(taken)
    check_blob(source, found, entry['digest'], '"%s"' % entry['path'])


def read_blob(cache, digest, what):
    source = blob_path(cache, check_digest(digest))
    data = read_file(source)
    if data is None:
        raise no_blob(source, what)
    check_blob(source, hashlib.sha256(data).hexdigest(), digest, what)
    return data


def no_blob(source, what):
    return Failure('the content of %s is not in the cache' % what, ['missing: ' + source], AGAIN)


def check_blob(source, found, digest, what):
    # The cache only answers for sizes, so contents are verified on their way.
    if found != digest:
        remove_file(source)
        raise Failure('the cached content of %s was damaged' % what, ['removed: ' + source], AGAIN)


def copy_file(taken, target, mode):
    found = hashlib.sha256()
    with closing(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), target) as fd:
        is_clone = clone(taken, fd)
        for part in iter(lambda: os.read(taken, CHUNK), b''):
            found.update(part)
            if not is_clone:
                write_all(fd, part)
    return found.hexdigest()


def clone(taken, fd):
    # On some file systems a file takes over the blocks of another, until one of them is written to.
    if not sys.platform.startswith('linux'):
        return False
    try:
        fcntl.ioctl(fd, FICLONE, taken)
        return True
    except (IOError, OSError):
        return False
