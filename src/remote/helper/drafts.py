# New contents beside their places until all of them are whole; then each takes its place by a rename.
import errno
import os
import stat
import tempfile
import time

DRAFT_SECONDS = 3600


class Drafts(object):
    # `many`: the disk is told once that all must be on it, and not for each.
    def __init__(self, many=False):
        self.many, self.ready, self.seen, self.kinds = many, [], set(), {}

    def add(self, path, parts, wanted):
        folder, name = os.path.split(path)
        self.sweep(folder)
        try:
            fd, draft = tempfile.mkstemp('', '.venvoy-draft.%s.' % name[:100], folder)
        except OSError as error:
            error.filename = path
            raise
        self.ready.append((draft, path, None))
        with closing(fd, path):
            for part in parts:
                write_all(fd, part)
            settle(fd, path, wanted)
            if not self.many:
                os.fsync(fd)

    def take(self, path, file, wanted):
        # Moves a file that is whole instead of copying it, where that makes no difference; whether it was.
        folder, name = os.path.split(path)
        self.sweep(folder)
        if not (self.many and may_move(file, self.kind_of(folder))):
            return False
        draft = os.path.join(folder, '.venvoy-draft.%s.%d.%d' % (name[:100], os.getpid(), len(self.ready)))
        try:
            os.rename(file, draft)
        except OSError:
            return False
        self.ready.append((draft, path, file))
        settle_path(draft, wanted)
        return True

    def kind_of(self, folder):
        if folder not in self.kinds:
            self.kinds[folder] = kind_of_folder(folder)
        return self.kinds[folder]

    def place(self):
        folders = sorted(set(os.path.dirname(path) for _, path, _ in self.ready))
        if self.many:
            devices = dict((os.stat(folder).st_dev, folder) for folder in folders)
            for folder in devices.values():
                sync_content(folder)
        while self.ready:
            draft, path, _ = self.ready[0]
            os.rename(draft, path)
            self.ready.pop(0)
        for folder in folders:
            sync_folder(folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # What was stopped or failed leaves nothing. What was taken goes back, so that it need not be sent again.
        for draft, _, home in self.ready:
            if home is None:
                remove_file(draft)
            else:
                os.rename(draft, home)

    def sweep(self, folder):
        # What was killed has left drafts; a living one is not that old.
        if folder in self.seen:
            return
        self.seen.add(folder)
        for name in list_folder(folder):
            path = os.path.join(folder, name)
            if name.startswith('.venvoy-draft.') and os.lstat(path).st_mtime < time.time() - DRAFT_SECONDS:
                remove_file(path)


def kind_of_folder(folder):
    # Device and group, for those whose new files get nothing else from them: no list of further rights, no label.
    if not hasattr(os, 'getxattr') or os.path.exists('/sys/fs/selinux/enforce'):
        return None
    try:
        os.getxattr(folder, 'system.posix_acl_default')
    except OSError as error:
        found = os.stat(folder)
        return (found.st_dev, found.st_gid) if error.errno in (errno.ENODATA, errno.ENOTSUP) else None
    return None


def may_move(file, kind):
    # A file of ours that nobody else has by another name.
    found = os.lstat(file)
    is_own = stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_uid == os.geteuid()
    return is_own and (found.st_dev, found.st_gid) == kind
