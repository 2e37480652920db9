# What <to>/run notes of a service when it starts: `PID START BOOT RELEASE SINCE`.
import collections
import errno
import os

Note = collections.namedtuple('Note', 'pid start boot release since')


def note_path(to, name):
    return os.path.join(marker_of(to), 'services', name)


def read_note(to, name):
    fields = (read_file(note_path(to, name)) or b'').decode('ascii', 'replace').split()
    try:
        pid, start, boot, release, since = fields
        return Note(int(pid), start, boot, int(release), since)
    except ValueError:
        # Not there, or just being written.
        return None


def read_proc(name, pid):
    # None where there is no such process, or it is somebody else's.
    try:
        with open('/proc/%d/%s' % (pid, name), 'rb') as file:
            return file.read()
    except (IOError, OSError) as error:
        if error.errno not in (errno.ENOENT, errno.ESRCH, errno.EACCES, errno.EPERM):
            raise
        return None


def process_of(pid):
    # State, group and start of a process; None where there is none. The name in front may hold anything.
    data = read_proc('stat', pid)
    if data is None:
        return None
    fields = data.rpartition(b') ')[2].decode('ascii').split()
    return fields[0], int(fields[2]), fields[19]


def has_proc():
    return os.path.isdir('/proc/self')


def is_of_this_boot(note):
    boot = read_file('/proc/sys/kernel/random/boot_id')
    return note.boot == '-' or boot is None or note.boot == boot.decode('ascii').strip()


def is_alive(note):
    if not has_proc():
        return can_signal(note.pid)
    found = process_of(note.pid) if is_of_this_boot(note) else None
    return found is not None and found[0] not in 'ZX' and note.start in ('-', found[2])


def can_signal(pid):
    try:
        os.kill(pid, 0)
    except OSError as error:
        return error.errno == errno.EPERM
    return True
