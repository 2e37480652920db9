# What is below a folder: paths, modes, digests. Small files are mostly Python's own work, in which threads would wait
# for one another, so that processes share it.
import binascii
import errno
import hashlib
import os
import stat
import struct

# Mode and SHA-256 of a file; no mode where it cannot be read.
MEASURED = struct.Struct('<H32s')
# So many files are taken at once.
SHARE = 200


class Listing(object):
    # Relative paths of all that is below `base`; of folders also those that are empty.
    def __init__(self, base):
        self.files, self.links, self.folders, self.empty, self.others = [], [], [], [], []
        waiting = ['']
        while waiting:
            inside = waiting.pop()
            found = entries_in(os.path.join(base, inside))
            if not found and inside and not inside.endswith('__pycache__/'):
                self.empty.append(inside)
            for name, kind in found:
                if kind == stat.S_IFREG:
                    self.files.append(inside + name)
                elif kind == stat.S_IFDIR:
                    self.folders.append(inside + name)
                    waiting.append(inside + name + '/')
                else:
                    (self.links if kind == stat.S_IFLNK else self.others).append(inside + name)


def entries_in(folder):
    # (name, kind) of all in it; nothing where this user may not look.
    try:
        if hasattr(os, 'scandir'):
            return [(entry.name, kind_of_entry(entry)) for entry in os.scandir(folder)]
        return [(name, stat.S_IFMT(os.lstat(os.path.join(folder, name)).st_mode)) for name in os.listdir(folder)]
    except OSError as error:
        if error.errno != errno.EACCES:
            raise
        return []


def kind_of_entry(entry):
    if entry.is_file(follow_symlinks=False):
        return stat.S_IFREG
    if entry.is_dir(follow_symlinks=False):
        return stat.S_IFDIR
    return stat.S_IFLNK if entry.is_symlink() else 0


def contents_of(base, listing, meanwhile=None):
    # path -> (mode, SHA-256), ('link', target), or ('folder', '') for an empty one; no digest where this user may not
    # know it.
    found = dict(zip(listing.files, measure(base, listing.files, meanwhile)))
    for path in listing.links:
        found[path] = ('link', os.readlink(os.path.join(base, path)))
    found.update((path, ('folder', '')) for path in listing.empty)
    return found


def measure(base, paths, meanwhile=None):
    # `meanwhile` is done before this process takes part.
    shares = [paths[at:at + SHARE] for at in range(0, len(paths), SHARE)]
    queue, source = os.pipe()
    others = [start_measuring(base, shares, queue, source) for _ in range(1, min(processors(), 8, len(shares)))]
    write_all(source, b''.join(struct.pack('<H', number) for number in range(len(shares))))
    os.close(source)
    if meanwhile is not None:
        meanwhile()
    found = dict(taken(base, shares, queue))
    os.close(queue)
    for pid, fd in others:
        found.update(told(read_pipe(fd), shares))
        os.waitpid(pid, 0)
    # A process that was killed leaves its shares to us.
    return [each for number, share in enumerate(shares)
            for each in unpacked(found[number] if number in found else measured(base, share))]


def processors():
    try:
        return max(1, os.sysconf('SC_NPROCESSORS_ONLN'))
    except (ValueError, OSError):
        return 1


def start_measuring(base, shares, queue, source):
    # The process that measures some of them, and where it tells what it found when there are no more.
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    try:
        os.close(reader)
        os.close(source)
        data = [struct.pack('<H', number) + found for number, found in taken(base, shares, queue)]
        write_all(writer, b''.join(data))
    finally:
        os._exit(0)


def taken(base, shares, queue):
    # The next one of which nobody has taken the number: reads of a pipe are whole.
    for number in iter(lambda: os.read(queue, 2), b''):
        yield struct.unpack('<H', number)[0], measured(base, shares[struct.unpack('<H', number)[0]])


def told(data, shares):
    at, found = 0, {}
    while at < len(data):
        number = struct.unpack_from('<H', data, at)[0]
        size = MEASURED.size * len(shares[number])
        found[number] = data[at + 2:at + 2 + size]
        at += 2 + size
    return found


def read_pipe(fd):
    try:
        return b''.join(iter(lambda: os.read(fd, CHUNK), b''))
    finally:
        os.close(fd)


def measured(base, paths):
    return b''.join(MEASURED.pack(*measure_file(os.path.join(base, path))) for path in paths)


def measure_file(path):
    digest = hashlib.sha256()
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return 0, b''
    try:
        for part in iter(lambda: os.read(fd, 1024 * 1024), b''):
            digest.update(part)
        return os.fstat(fd).st_mode & 0o7777, digest.digest()
    finally:
        os.close(fd)


def unpacked(data):
    found = [MEASURED.unpack_from(data, at) for at in range(0, len(data), MEASURED.size)]
    return [('%o' % mode, str(binascii.hexlify(digest).decode('ascii'))) if digest.strip(b'\0') else ('0', None)
            for mode, digest in found]
