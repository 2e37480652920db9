# The links in the venvs' home (WORKON_HOME): <home>/<name> -> <to>/current/venv of an instance, or a venv without one.
import os

INSTANCE_END = '/current/venv'


def store_of(home):
    return os.path.join(home, '.venvoy')


def home_lock(home, name):
    return Lock(os.path.join(store_of(home), 'lock', '=' + name), 'the link of venv %s' % name)


def link_journal(home, name):
    return os.path.join(store_of(home), 'history', name)


def is_built_by_us(home, path):
    return path.startswith(store_of(home) + '/')


def check_home_entry(home, name):
    # The link's text, or None where there is nothing. Whatever is not ours is a failure.
    path = os.path.join(home, name)
    target = read_link(path)
    if target is None and not os.path.lexists(path):
        return None
    if target is not None and (target.endswith(INSTANCE_END) or is_built_by_us(home, target)):
        return target
    kind = 'a link to ' + target if target is not None else 'a folder' if os.path.isdir(path) else 'a file'
    raise Failure("a venv of this name exists and is not venvoy's", ['%s is %s' % (path, kind)],
                  'give ours another name (venv.name), or move that one away: %s' % move_away(path))


def move_away(path):
    return 'mv %s %s' % (quote(path), quote(path + '.before-venvoy'))


def quote(path):
    # For a line that a person can type.
    return path if NAME.match(path.replace('/', '')) and ' ' not in path else "'%s'" % path.replace("'", "'\\''")


class HomeLink(object):
    # In two halves: `prepare` does all that can fail, so that `put` after a switch is one rename.
    def __init__(self, home, name, target):
        self.path, self.target = os.path.join(home, name), target
        self.draft = os.path.join(store_of(home), 'next=' + name)

    def prepare(self):
        remove_file(self.draft)
        os.symlink(self.target, self.draft)

    def put(self):
        os.rename(self.draft, self.path)
        sync_folder(os.path.dirname(self.path))


def link_venv():
    given = read_input()
    home, name, venv = expand(given['home']), check_name(given['name']), expand(given['venv'])
    check_whole_venv(venv)
    with home_lock(home, name):
        target = check_home_entry(home, name)
        check_no_instance(home, name, target)
        if target not in (given.get('expected', target), venv):
            raise Failure('the state has moved since the plan',
                          ['%s leads to %s' % (os.path.join(home, name), target or 'nothing')], 'plan again')
        link = HomeLink(home, name, venv)
        link.prepare()
        if 'noted' in given:
            note_turn(home, name, venv, given['noted'])
        link.put()
    emit('linked', path=link.path, venv=venv)


def check_no_instance(home, name, target):
    if target is not None and target.endswith(INSTANCE_END) and os.path.exists(target):
        raise Failure('the venv %s is in use by an instance' % name,
                      ['it serves in ' + target[:-len(INSTANCE_END)]],
                      'remove the instance first, or choose another name')


def check_whole_venv(venv):
    if read_receipt(venv) is None:
        raise Failure('there is no whole venv at %s' % venv, [], AGAIN)


def remove_venv():
    # The link goes first: a venv that is half removed is in nobody's way. Killed in between, the next call goes on.
    given = read_input()
    home, name = expand(given['home']), check_name(given['name'])
    removed = []
    if not os.path.isdir(store_of(home)):
        raise no_venv(home, name)
    with home_lock(home, name):
        target = check_home_entry(home, name)
        check_no_instance(home, name, target)
        builds = [path for path in built_venvs(home, name) if not is_linked(home, name, path)]
        if target is None and not builds:
            raise no_venv(home, name)
        if target is not None:
            os.unlink(os.path.join(home, name))
            removed.append(os.path.join(home, name))
        for path in builds:
            remove_build(home, path)
            removed.append(path)
        remove_file(link_journal(home, name))
    emit('removed', paths=removed)


def no_venv(home, name):
    there = ', '.join(venv_names(home)) or 'none'
    return Failure('there is no venv %s in %s' % (name, home), ['there are: ' + there])


def built_venvs(home, name):
    # Bases hold folders too: `bin`, `lib`.
    store = store_of(home)
    paths = [os.path.join(store, folder, name) for folder in list_folder(store)
             if FINGERPRINT.match(folder.partition('.')[0]) and folder not in ('lock', 'trash', 'history', 'work')]
    return [path for path in paths if os.path.isdir(path)]


def is_linked(home, name, path):
    # Another name may stand for the same venv.
    others = [os.path.join(home, entry) for entry in list_folder(home) if entry != name]
    return any(os.path.realpath(other) == os.path.realpath(path) for other in others if os.path.islink(other))


def venv_names(home):
    return [entry for entry in list_folder(home) if os.path.exists(os.path.join(home, entry, 'bin', 'activate'))]


def remove_build(home, path):
    folder, name = os.path.split(path)
    with build_lock(home, os.path.basename(folder), name, wait=False):
        remove_file(os.path.join(path, RECEIPT))
        move_to_trash(path, trash_of(home))
        remove_if_empty(folder)
    empty_trash(trash_of(home))
