# What a step of a task wants at a path: looked at first, and changed only where it is not so. Each gives whether it
# changed something, or would have: with `check` it does not.
import errno
import os
import pwd
import stat
import difflib

SHOWN_LINES = 20


def place_text(job):
    path = job['path']
    found = look(path)
    if found is not None and stat.S_ISDIR(found.st_mode):
        raise folder_there(path)
    # A link is replaced, not followed: where others can write, it might lead anywhere.
    is_file = found is not None and stat.S_ISREG(found.st_mode)
    # What is secret is nobody else's to read, unless the step or the file that is there says so.
    new = 0o600 if job.get('secret') else 0o644
    return put_text(job, path, raw_bytes(job['text']), found if is_file else None, new)


def folder_there(path):
    return Failure('%s is a folder, and a file is wanted there' % path, [],
                   'name the file (%s/NAME), or remove the folder first (absent:)' % path)


def put_text(job, path, data, found, new=0o644):
    old = None if found is None else read_file(path)
    wanted = Attributes(job).wanted(found, new)
    is_settled_now = found is not None and is_settled(found, wanted)
    if old == data and is_settled_now:
        return False
    if job['check']:
        show_change(job, old, data)
        if old is not None and not is_settled_now:
            show(['mode %o, owner %s' % (wanted[0], owner_text(*wanted[1:]))])
    elif old == data:
        settle_path(path, wanted)
    else:
        assert_folder(os.path.dirname(path))
        with Drafts() as drafts:
            drafts.add(path, [data], wanted)
            drafts.place()
    return True


def assert_folder(path):
    if not os.path.isdir(path):
        raise Failure('there is no folder %s' % path, [], 'make it in a step before this one: directory: %s' % path)


def show_change(job, old, new):
    if job.get('secret'):
        return show(['it holds a secret: what changes is not shown'])
    try:
        texts = [data.decode('utf-8').splitlines() for data in (old or b'', new)]
    except UnicodeDecodeError:
        return show(['it is not text: what changes is not shown'])
    name = readable(job['path'])
    lines = list(difflib.unified_diff(texts[0], texts[1], name, name, n=0, lineterm=''))
    show([line.encode('utf-8') for line in lines])


def show(lines):
    more = len(lines) - SHOWN_LINES
    for line in lines[:SHOWN_LINES] + (['... and %d more' % more] if more > 0 else []):
        tell(1, raw_bytes(line) + b'\n')


def place_link(job):
    path, target = job['path'], job['target']
    found = look(path)
    if found is not None and not stat.S_ISLNK(found.st_mode):
        raise Failure('%s is %s, and a link is wanted there' % (path, kind_of(found)), [],
                      'take another path, or remove it first (absent:)')
    if read_link(path) == target:
        return False
    if job['check']:
        show(['%s -> %s' % (path, target)] + ([] if found is None else ['it was -> %s' % read_link(path)]))
    else:
        assert_folder(os.path.dirname(path))
        put_link(target, path, '%s.venvoy-%d' % (path, os.getpid()))
    return True


def place_folder(job):
    # A link to a folder is one.
    path = os.path.realpath(job['path'])
    found = look(path)
    if found is not None and not stat.S_ISDIR(found.st_mode):
        raise Failure('%s is %s, and a folder is wanted there' % (path, kind_of(found)), [],
                      'take another path, or remove it first (absent:)')
    wanted = Attributes(job).wanted(found, 0o755)
    if found is not None and is_settled(found, wanted):
        return False
    if not job['check']:
        make_folder(path)
        settle_path(path, wanted)
    return True


def make_absent(job):
    path = job['path']
    found = look(path)
    if found is None:
        return False
    if stat.S_ISDIR(found.st_mode):
        assert_expendable(path, job['home'])
    if not job['check']:
        remove_tree(path)
        sync_folder(os.path.dirname(path))
    return True


def assert_expendable(path, home):
    # Not even root takes away a home, or what homes are in.
    inside = os.path.realpath(path).rstrip('/') + '/'
    homes = [home, os.path.expanduser('~')] + [user.pw_dir for user in pwd.getpwall()]
    lost = next((each for each in homes if each and (os.path.realpath(each) + '/').startswith(inside)), None)
    if inside == '/' or lost is not None:
        raise Failure('%s is not removed' % path, ['it is, or holds, the home folder %s' % (lost or '/')],
                      'remove what is in it by its name')
