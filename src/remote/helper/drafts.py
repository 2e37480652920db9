# New contents beside their places until all of them are whole; then each takes its place by a rename.
import os
import tempfile
import time

DRAFT_SECONDS = 3600


class Drafts(object):
    # `many`: the disk is told once that all must be on it, and not for each.
    def __init__(self, many=False):
        self.many, self.ready, self.seen = many, [], set()

    def add(self, path, parts, wanted):
        folder, name = os.path.split(path)
        self.sweep(folder)
        try:
            fd, draft = tempfile.mkstemp('', '.venvoy-draft.%s.' % name[:100], folder)
        except OSError as error:
            error.filename = path
            raise
        self.ready.append((draft, path))
        with closing(fd, path):
            for part in parts:
                write_all(fd, part)
            settle(fd, path, wanted)
            if not self.many:
                os.fsync(fd)

    def place(self):
        folders = sorted(set(os.path.dirname(path) for _, path in self.ready))
        if self.many:
            devices = dict((os.stat(folder).st_dev, folder) for folder in folders)
            for folder in devices.values():
                sync_content(folder)
        while self.ready:
            draft, path = self.ready[0]
            os.rename(draft, path)
            self.ready.pop(0)
        for folder in folders:
            sync_folder(folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # What was stopped or failed leaves nothing.
        for draft, _ in self.ready:
            remove_file(draft)

    def sweep(self, folder):
        # What was killed has left drafts; a living one is not that old.
        if folder in self.seen:
            return
        self.seen.add(folder)
        for name in list_folder(folder):
            path = os.path.join(folder, name)
            if name.startswith('.venvoy-draft.') and os.lstat(path).st_mtime < time.time() - DRAFT_SECONDS:
                remove_file(path)
