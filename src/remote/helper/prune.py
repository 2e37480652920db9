# Removes venvs and packages that nothing points to. What has no receipt of ours is never touched, nor is what is young,
# in use, or under anything that stays.
import os
import re
import stat
import time

GRACE_SECONDS = 24 * 3600
# '0f3c9a1b2d4e5f60', '0f3c9a1b2d4e5f60.1'
VENV_FOLDER = re.compile(r'[0-9a-f]{16}(\.[0-9]+)?\Z')


def prune():
    given = read_input()
    home, age = expand(given['home']), 0 if given['now'] else GRACE_SECONDS
    pointed = pointed_at(home, given['instances'])
    venvs = with_receipts(venv for folder in list_folder(store_of(home)) if VENV_FOLDER.match(folder)
                          for venv in paths_in(os.path.join(store_of(home), folder)))
    bases = with_receipts(path for path in paths_in(store_of(home)) if os.path.basename(path).startswith('base-'))
    pips = with_receipts(path for path in paths_in(store_of(home)) if os.path.basename(path).startswith('pip-'))
    busy = in_use(list(venvs) + list(bases))
    done = Pruned(given['dry'], 'only' in given)
    kept = newest(venvs, given.get('keep', {}))
    for path in sorted(venvs):
        wanted = path in kept or os.path.basename(path) not in given.get('only', [os.path.basename(path)])
        points = wanted or os.path.realpath(path) in pointed
        done.consider(path, points or stays(path, age, busy), lambda: remove_build(home, path))
    stay = [receipt for path, receipt in venvs.items() if path not in done.gone]
    used = set(receipt.get('base') for receipt in stay)
    for path in sorted(bases):
        done.consider(path, path in used or stays(path, age, busy), lambda: remove_packages(home, path))
    used = set(receipt.get('pip') for path, receipt in bases.items() if path not in done.gone)
    for path in sorted(pips):
        done.consider(path, path in used or stays(path, age, {}), lambda: remove_packages(home, path))
    done.tell(busy)


def paths_in(folder):
    return [os.path.join(folder, name) for name in list_folder(folder)]


def with_receipts(paths):
    found = [(path, read_receipt(path)) for path in paths]
    return dict((path, receipt) for path, receipt in found if receipt is not None)


def pointed_at(home, instances):
    # By the links of the home, and by all releases that there are, of instances that are named or linked.
    links = [path for path in paths_in(home) if os.path.islink(path)]
    ends = [os.readlink(path) for path in links]
    folders = set(expand(to) for to in instances)
    folders.update(end[:-len(INSTANCE_END)] for end in ends if end.endswith(INSTANCE_END))
    links += [os.path.join(release, 'venv') for to in folders for release in paths_in(os.path.join(to, 'releases'))]
    return set(os.path.realpath(link) for link in links)


def newest(venvs, keep):
    # So many of a name: those that were built last, or used for a deploy since.
    found = set()
    for name, count in keep.items():
        paths = [path for path in venvs if os.path.basename(path) == name]
        found.update(sorted(paths, key=lambda path: (os.stat(os.path.join(path, RECEIPT)).st_mtime, path))[-count:])
    return found


def in_use(paths):
    # path -> the process that names it in its command line or env, or has a file of it mapped; where that can be read.
    found = {}
    for pid in [name for name in list_folder('/proc') if name.isdigit() and int(name) != os.getpid()]:
        text = b''
        for name in ('cmdline', 'environ', 'maps'):
            try:
                with open('/proc/%s/%s' % (pid, name), 'rb') as file:
                    text += file.read() + b'\0'
            except (IOError, OSError):
                continue
        for path in paths:
            if path not in found and re.search(re.escape(raw_bytes(path)) + br'[/\0:\n]', text):
                found[path] = pid
    return found


def stays(path, age, busy):
    return path in busy or time.time() - os.stat(os.path.join(path, RECEIPT)).st_mtime < age


def remove_packages(home, path):
    name = os.path.basename(path)
    with Lock(os.path.join(store_of(home), 'lock', name.partition('.')[0]), name, False):
        receipts = with_receipts(venv for folder in paths_in(store_of(home)) for venv in paths_in(folder))
        if any(receipt.get('base') == path for receipt in receipts.values()):
            raise Failure('%s has just come into use' % path)
        os.chmod(path, 0o700)
        remove_file(os.path.join(path, RECEIPT))
        move_to_trash(path, trash_of(home))
    empty_trash(trash_of(home))


class Pruned(object):
    def __init__(self, dry, is_quiet):
        self.dry, self.is_quiet, self.gone, self.busy = dry, is_quiet, [], []

    def consider(self, path, stays, remove):
        if stays:
            return
        size = disk_usage(path)
        try:
            if not self.dry:
                remove()
        except Failure as failure:
            # Somebody works on it: not a matter for us.
            return self.busy.append(failure.what)
        self.gone.append(path)
        note('info', '%s %s (%s)' % ('would remove' if self.dry else 'removed', path, megabytes(size)))

    def tell(self, in_use):
        for line in self.busy + ['%s is in use by process %s' % pair for pair in sorted(in_use.items())]:
            if not self.is_quiet:
                note('info', 'kept: ' + line)
        if not self.gone and not self.is_quiet:
            note('info', 'nothing to remove')
        emit('pruned', paths=self.gone, dry=self.dry)


def disk_usage(path):
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode):
        return found.st_blocks * 512
    return found.st_blocks * 512 + sum(disk_usage(each) for each in paths_in(path))


def megabytes(size):
    return '%.1f MB' % (size / 1e6)
