# Locks that the kernel frees when their holders are gone.
import errno
import fcntl
import os


class Lock(object):
    # Children inherit the lock: a pip that outlives a killed helper still writes into the venv, so the next builder
    # must wait for it as well.
    def __init__(self, path, subject, wait=True):
        self.path, self.subject, self.wait = path, subject, wait

    def __enter__(self):
        make_folder(os.path.dirname(self.path))
        self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        if hasattr(os, 'set_inheritable'):
            os.set_inheritable(self.fd, True)
        if not self.take(fcntl.LOCK_NB):
            self.announce()
            self.take(0)
        self.sign()
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def take(self, flags):
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | flags)
            return True
        except (IOError, OSError) as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                error.filename = self.path
                raise
            return False

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
