# What is at a path, and the mode and owner that it is to have.
import errno
import grp
import os
import pwd
import stat

KINDS = ((stat.S_ISDIR, 'a folder'), (stat.S_ISLNK, 'a link'), (stat.S_ISREG, 'a file'))


def look(path):
    # None where there is nothing.
    try:
        return os.lstat(path)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise
        return None


def kind_of(found):
    return next((name for is_so, name in KINDS if is_so(found.st_mode)), 'a device or the like')


def absolute(path, folder=''):
    # '~/x' is of the one who logged in, and so is what is relative to no folder.
    parts = [os.path.expanduser('~')]
    for part in (folder, path):
        parts.append(os.path.expanduser(part))
        if part.startswith('~') and parts[-1] == part:
            raise Failure('there is no home folder for "%s" on this host' % part)
    return os.path.join(*parts).rstrip('/') or '/'


def current_umask():
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


class Attributes(object):
    # As the step says, else as what is there has them, else as something new.
    def __init__(self, job):
        self.mode = int(job['mode'], 8) if job.get('mode') else None
        user, _, group = (job.get('owner') or '').partition(':')
        self.uid = self.number(user, lambda: pwd.getpwnam(user).pw_uid, 'user')
        self.gid = self.number(group, lambda: grp.getgrnam(group).gr_gid, 'group')

    @staticmethod
    def number(name, look_up, kind):
        if not name or name.isdigit():
            return int(name or -1)
        try:
            return look_up()
        except KeyError:
            raise Failure('there is no %s "%s" on this host' % (kind, name))

    def wanted(self, found, new):
        # Mode, user and group; -1 for what comes by itself.
        if found is None:
            mode, uid, gid = new & ~current_umask(), -1, -1
        else:
            mode, uid, gid = stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid
        return (mode if self.mode is None else self.mode,
                uid if self.uid == -1 else self.uid, gid if self.gid == -1 else self.gid)


def is_settled(found, wanted):
    mode, uid, gid = wanted
    return stat.S_IMODE(found.st_mode) == mode and uid in (-1, found.st_uid) and gid in (-1, found.st_gid)


def settle(fd, path, wanted):
    # The owner first: a new owner takes bits of the mode away.
    mode, uid, gid = wanted
    found = os.fstat(fd)
    if uid not in (-1, found.st_uid) or gid not in (-1, found.st_gid):
        try:
            os.fchown(fd, uid, gid)
        except OSError as error:
            if error.errno != errno.EPERM:
                raise
            raise Failure('this user cannot make %s belong to %s' % (path, owner_text(uid, gid)), [],
                          'say whose it is to be (owner:), which is done as root, or who does it (user:)')
    os.fchmod(fd, mode)


def owner_text(uid, gid):
    try:
        user = pwd.getpwuid(uid).pw_name
    except KeyError:
        user = uid
    try:
        return '%s:%s' % (user, grp.getgrgid(gid).gr_name)
    except KeyError:
        return '%s:%s' % (user, gid)


def settle_path(path, wanted):
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        settle(fd, path, wanted)
    finally:
        os.close(fd)
