# What a release has in common with an earlier one takes no space again. Where the file system can (btrfs, XFS), a file
# is a copy that shares its blocks. Elsewhere it is a hard link to the file of an earlier release of the same instance.
# What was written into the one would be in the other: so both are read-only, and what was written to, or may be, is
# copied. Instances never have a file in common.
import hashlib
import os
import shutil
import stat

# As a release has them that nothing is to write into.
MODES = {'f': 0o444, 'x': 0o555}


class ReleaseFiles(object):
    def __init__(self, to, is_writable):
        has_links = not is_writable and not is_root()
        self.taken_away = 0 if is_writable else 0o222
        self.earlier = Earlier(releases_of(to) if has_links else [])
        self.clones = None if has_links else False

    def put(self, cache, entry, target):
        mode, digest = mode_of(entry) & ~self.taken_away, check_digest(entry['digest'])
        if self.clones is None:
            self.clones = can_clone(blob_path(cache, digest), target)
        # A copy that shares its blocks is better than a link.
        if self.clones or not self.earlier.link(digest, mode, target):
            copy_blob(cache, entry, target, mode)


def is_root():
    # Who writes to what is read-only, too.
    return os.geteuid() == 0


def can_clone(source, target):
    # Tried with an empty file in the place of the real one.
    try:
        taken = os.open(source, os.O_RDONLY)
    except OSError:
        return False
    try:
        with closing(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), target) as fd:
            return clone(taken, fd)
    finally:
        os.close(taken)
        remove_file(target)


def releases_of(to):
    # The whole ones, the one that serves last.
    numbers = sorted(int(name) for name in list_folder(os.path.join(to, 'releases')) if name.isdigit())
    current = current_number(to)
    paths = [release_path(to, number) for number in sorted(numbers, key=lambda number: (number == current, number))]
    return [path for path in paths if os.path.isfile(os.path.join(path, 'release.json'))]


class Earlier(object):
    # What releases were made of; of files that are the same, the last.
    def __init__(self, releases):
        self.made, self.places, self.folders = {}, {}, {}
        for release in releases:
            tree = os.path.realpath(os.path.join(release, 'tree'))
            for kind, digest, path in manifest_rows(read_file(os.path.join(release, MANIFEST)) or b''):
                place, made = os.path.join(tree, path), (digest, MODES.get(kind))
                self.made[place], self.places[made] = made, place

    def link(self, digest, mode, target):
        # Whether there was one to link to.
        place = self.places.get((digest, mode))
        return place is not None and self.link_to(place, target)

    def copy(self, source, target):
        if source not in self.made or not self.link_to(source, target):
            shutil.copy2(source, target)

    def link_to(self, place, target):
        digest, mode = self.made[place]
        if not self.is_inside(os.path.dirname(place)):
            return False
        try:
            fd = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return False
        try:
            found = os.fstat(fd)
            return is_unwritten(found, mode) and digest_of(fd) == digest and put_hard_link(place, found, target)
        finally:
            os.close(fd)

    def is_inside(self, folder):
        # What is shared is behind a link.
        if folder not in self.folders:
            self.folders[folder] = os.path.realpath(folder) == folder
        return self.folders[folder]


def is_unwritten(found, mode):
    return stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) == mode and found.st_uid == os.geteuid()


def digest_of(fd):
    found = hashlib.sha256()
    for part in iter(lambda: os.read(fd, CHUNK), b''):
        found.update(part)
    return found.hexdigest()


def put_hard_link(path, found, target):
    # Some file systems have no hard links, all have a largest number of them, and `to` may lie on several.
    try:
        os.link(path, target)
    except OSError:
        return False
    if os.lstat(target).st_ino == found.st_ino:
        return True
    os.unlink(target)
    return False
