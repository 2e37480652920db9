# A content on its way into a file. What a lost connection cuts off a large one is kept under its digest: the next time
# goes on from there.
import fcntl
import hashlib
import os

# Bytes: what is smaller is sent again.
KEPT_FROM = 1000 * 1000


class Arriving(object):
    def __init__(self, path, fd, is_part):
        self.path, self.fd, self.is_part, self.is_kept = path, fd, is_part, False
        self.size, self.found = 0, hashlib.sha256()

    def read_begun(self, most):
        # What is there of it. Where that is more than the whole, it is something else.
        if os.fstat(self.fd).st_size > most:
            os.ftruncate(self.fd, 0)
        for part in iter(lambda: os.read(self.fd, CHUNK), b''):
            self.count(part)

    def begin_again(self):
        os.ftruncate(self.fd, 0)
        os.lseek(self.fd, 0, os.SEEK_SET)
        self.size, self.found = 0, hashlib.sha256()

    def add(self, part):
        write_all(self.fd, part)
        self.count(part)

    def count(self, part):
        self.size += len(part)
        self.found.update(part)

    def put(self, place):
        make_folder(os.path.dirname(place))
        os.rename(self.path, place)
        os.close(self.fd)

    def cut_off(self):
        self.is_kept = self.is_part and self.size >= KEPT_FROM
        return lost_connection()

    def give_up(self):
        if not self.is_kept:
            remove_file(self.path)
        os.close(self.fd)


def part_path(folder, digest):
    return os.path.join(folder, 'part.' + digest)


def open_arriving(folder, digest, size):
    # What is small, and what another process is receiving right now, gets a draft of its own.
    part = open_part(folder, digest) if size >= KEPT_FROM else None
    if part is not None:
        return part
    path = os.path.join(folder, 'draft.%d' % os.getpid())
    return Arriving(path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), False)


def open_part(folder, digest):
    # For one process at a time: the kernel frees the lock of a killed one. None where another has it.
    path = part_path(folder, digest)
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # It may have been put to its place since it was opened.
        if os.fstat(fd).st_ino == os.stat(path).st_ino:
            return Arriving(path, fd, True)
    except (IOError, OSError):
        pass
    os.close(fd)
    return None


def open_begun(folder, blobs):
    # Those that have been received in part, by their digests.
    found = {}
    for digest, size in blobs:
        if size >= KEPT_FROM and file_size(part_path(folder, digest)):
            part = open_part(folder, digest)
            if part is not None:
                part.read_begun(size)
                found[digest] = part
    return found
