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
FILES_FOR_A_PROCESS = 500


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


def contents_of(base, listing):
    # path -> (mode, SHA-256), ('link', target), or ('folder', '') for an empty one; no digest where this user may not
    # know it.
    found = dict(zip(listing.files, measure(base, listing.files)))
    for path in listing.links:
        found[path] = ('link', os.readlink(os.path.join(base, path)))
    found.update((path, ('folder', '')) for path in listing.empty)
    return found


def measure(base, paths):
    count = max(1, min(processors(), 8, len(paths) // FILES_FOR_A_PROCESS))
    shares = [paths[number::count] for number in range(count)]
    others = [start_measuring(base, share) for share in shares[1:]]
    found = [None] * len(paths)
    found[0::count] = unpacked(measured(base, shares[0]))
    for number, (pid, fd) in enumerate(others, 1):
        data = read_pipe(fd)
        os.waitpid(pid, 0)
        # One that was killed leaves its share to us.
        is_whole = len(data) == MEASURED.size * len(shares[number])
        found[number::count] = unpacked(data if is_whole else measured(base, shares[number]))
    return found


def processors():
    try:
        return max(1, os.sysconf('SC_NPROCESSORS_ONLN'))
    except (ValueError, OSError):
        return 1


def start_measuring(base, paths):
    # The process that measures them, and where it tells what it found when it is done.
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    try:
        os.close(reader)
        write_all(writer, measured(base, paths))
    finally:
        os._exit(0)


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
