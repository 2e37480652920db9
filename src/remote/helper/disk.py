# Changes on the disk that are either done or not: a draft beside the place, then one rename.
import contextlib
import errno
import itertools
import os
import stat
import subprocess
import time


def make_folder(path):
    try:
        os.makedirs(path)
    except OSError as error:
        if error.errno != errno.EEXIST or not os.path.isdir(path):
            raise


def list_folder(path):
    try:
        return sorted(os.listdir(path))
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise
        return []


def read_file(path):
    # None where there is no such file.
    try:
        with open(path, 'rb') as file:
            return file.read()
    except (IOError, OSError) as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise
        return None


def read_link(path):
    # The link's text; None where there is no link.
    try:
        return os.readlink(path)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.EINVAL):
            raise
        return None


def remove_file(path):
    try:
        os.unlink(path)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise


@contextlib.contextmanager
def closing(fd, path):
    # Errors name the file: a bare "No space left" helps nobody.
    try:
        yield fd
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(fd)


def write_new(path, data, mode):
    # A draft left by a killed process is overwritten.
    with closing(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), path) as fd:
        write_all(fd, data)
        os.fsync(fd)


def write_whole(path, data):
    # After this the file is there with all its content, whatever happens to the power.
    draft = path + '.tmp'
    write_new(draft, data, 0o644)
    os.rename(draft, path)
    sync_folder(os.path.dirname(path))


def put_link(target, path, draft):
    # `path` is the old link or the new one at any moment. The draft is on the same file system.
    remove_file(draft)
    os.symlink(target, draft)
    os.rename(draft, path)
    sync_folder(os.path.dirname(path))


def sync_folder(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    except OSError as error:
        # Some network file systems know no fsync of folders.
        if error.errno not in (errno.EINVAL, errno.EBADF):
            raise
    finally:
        os.close(fd)


def sync_content(path):
    # A receipt must not outlive what it vouches for, so everything below `path` reaches the disk first.
    with open(os.devnull, 'r+b') as null:
        try:
            done = subprocess.call(['sync', '-f', path], stdin=null, stdout=null, stderr=null) == 0
        except OSError:
            done = False
    if not done and hasattr(os, 'sync'):
        os.sync()


def remove_tree(path):
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        return os.unlink(path)
    os.chmod(path, 0o700)
    for name in os.listdir(path):
        remove_tree(os.path.join(path, name))
    os.rmdir(path)


def remove_if_there(path):
    if os.path.lexists(path):
        remove_tree(path)


def move_to_trash(path, trash):
    # One rename takes it out of use; `empty_trash` does the slow part when nobody waits for the place.
    make_folder(trash)
    if not os.path.islink(path) and os.path.isdir(path):
        # A folder that nobody may write to cannot change its parent either.
        os.chmod(path, 0o700)
    for number in itertools.count():
        place = os.path.join(trash, '%d.%d.%d' % (os.getpid(), time.time() * 1000, number))
        if not os.path.lexists(place):
            return os.rename(path, place)


def empty_trash(trash):
    # Someone else may be emptying it too, and what cannot be removed now is tried again next time.
    for name in list_folder(trash):
        try:
            remove_tree(os.path.join(trash, name))
        except OSError:
            pass


def stamp_of(path):
    # Inode, size, modification time, as the probe writes them.
    try:
        found = os.stat(path)
    except OSError:
        return None
    return '%d %d %d' % (found.st_ino, found.st_size, int(found.st_mtime))
