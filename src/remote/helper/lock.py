# Locks that the kernel frees when their holders are gone.
import errno
import fcntl
import os
import stat
import time

# A clock that somebody sets must neither end a wait nor make it last for ever. Python 2.7 has no other.
clock = getattr(time, 'monotonic', time.time)
BUSY = (errno.EAGAIN, errno.EACCES)
# What flock says on a file system that knows no locks.
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, getattr(errno, 'ENOTSUP', errno.EOPNOTSUPP))
# Folders of this host alone, for everybody; the first that will do is the same for all who ask.
LOCAL_FOLDERS = ('/run/lock', '/dev/shm', '/tmp')


def flock(fd, path, flags):
    # The file that is locked now: `fd`, or another in its place; None where somebody else has it.
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | flags)
        return fd
    except (IOError, OSError) as error:
        if error.errno in BUSY:
            return None
        if error.errno not in NO_LOCKS:
            error.filename = path
            raise
    return flock_in_place(path, flags)


def flock_in_place(path, flags):
    # A file of this host stands in for one on a file system without locks: it keeps apart all who work on this host.
    import hashlib
    name = hashlib.sha256(raw_bytes(os.path.realpath(path))).hexdigest()
    fd = os.open(os.path.join(local_folder(), name), os.O_RDWR | os.O_CREAT, 0o600)
    inherit(fd)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | flags)
        return fd
    except (IOError, OSError) as error:
        os.close(fd)
        if error.errno not in BUSY:
            raise
        return None


def local_folder():
    for folder in LOCAL_FOLDERS:
        own = os.path.join(folder, 'venvoy-%d' % os.getuid())
        try:
            os.mkdir(own, 0o700)
        except OSError:
            pass
        if is_private(own):
            return own
    raise Failure('there are no locks here, and no folder for them', ['none of ' + ', '.join(LOCAL_FOLDERS)])


def is_private(folder):
    # Whoever made one of that name first must not have a say in who deploys.
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def inherit(fd):
    if hasattr(os, 'set_inheritable'):
        os.set_inheritable(fd, True)


class Lock(object):
    # Children inherit the lock: a pip that outlives a killed helper still writes into the venv, so the next builder
    # must wait for it as well.
    def __init__(self, path, subject, wait=True):
        self.path, self.subject, self.wait = path, subject, wait

    def __enter__(self):
        make_folder(os.path.dirname(self.path))
        self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        inherit(self.fd)
        self.locked = flock(self.fd, self.path, fcntl.LOCK_NB)
        if self.locked is None:
            self.announce()
            self.locked = flock(self.fd, self.path, 0)
        self.sign()
        return self

    def __exit__(self, *_):
        for fd in set((self.fd, self.locked)):
            os.close(fd)

    def sign(self):
        # Who holds it is only for people to know: a full disk keeps nobody from it.
        try:
            os.ftruncate(self.fd, 0)
            os.write(self.fd, b'%d\n' % os.getpid())
        except (IOError, OSError):
            pass

    def announce(self):
        holder = os.read(self.fd, 32).decode('ascii', 'replace').strip() or 'another'
        if not self.wait:
            raise Failure('%s is locked' % self.subject, ['process %s holds %s' % (holder, self.path)],
                          'run again when it has ended', 75)
        emit('phase', text='waiting for process %s, which works on %s' % (holder, self.subject))
