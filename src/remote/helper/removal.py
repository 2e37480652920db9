# Takes an instance away, and nothing but it. The marker goes last: killed in between, the next call goes on.
import os

# All that venvoy makes in an instance's folder, beside the marker.
OWN = ('releases', 'run', 'shared')


def remove_instance():
    given = read_input()
    to, home, name = expand(given['to']), expand(given['home']), check_name(given['name'])
    check_ours(to)
    removed = []
    if os.path.isdir(marker_of(to)):
        remove_cron(to)
        remove_wrappers(to)
        remove_services(to)
        with state_lock(to), home_lock(home, name):
            take_out_of_use(to, home, name)
        removed.append(to)
    removed += remove_own_venvs(to, home, name)
    if os.path.isdir(marker_of(to)):
        remove_contents(to, given['keepShared'])
    give_ports_back(to)
    remove_if_empty(to)
    emit('removed', paths=removed)


def take_out_of_use(to, home, name):
    # Plans made before are refused from here on.
    write_whole(os.path.join(marker_of(to), 'generation'), b'%d\n' % (read_generation(to) + 1))
    if read_link(os.path.join(home, name)) == to + INSTANCE_END:
        os.unlink(os.path.join(home, name))
    if current_number(to) is not None:
        os.unlink(os.path.join(to, 'current'))


def remove_own_venvs(to, home, name):
    removed = []
    needed = needed_venvs(home, name, to)
    target = read_link(os.path.join(home, name))
    if target is not None and is_built_by_us(home, target) and target not in needed:
        os.unlink(os.path.join(home, name))
        removed.append(os.path.join(home, name))
    for path in built_venvs(home, name):
        if os.path.realpath(path) not in needed:
            remove_build(home, path)
            removed.append(path)
    remove_file(link_journal(home, name))
    return removed


def needed_venvs(home, name, to):
    # Those that other names in the home lead to, and those of all releases of the instances behind them.
    needed = set()
    for entry in list_folder(home):
        target = read_link(os.path.join(home, entry))
        is_own = target == to + INSTANCE_END or (entry == name and target is not None and is_built_by_us(home, target))
        if target is None or is_own:
            continue
        needed.add(os.path.realpath(target))
        if target.endswith(INSTANCE_END):
            releases = os.path.join(target[:-len(INSTANCE_END)], 'releases')
            needed.update(os.path.realpath(os.path.join(releases, each, 'venv')) for each in list_folder(releases))
    return needed


def remove_contents(to, keep_shared):
    trash = os.path.join(marker_of(to), 'trash')
    for entry in OWN:
        path = os.path.join(to, entry)
        if os.path.lexists(path) and not (keep_shared and entry == 'shared'):
            move_to_trash(path, trash)
    empty_trash(trash)
    check_emptied(to, trash)
    kept = os.path.isdir(os.path.join(to, 'shared'))
    for entry in list_folder(marker_of(to)):
        remove_tree(os.path.join(marker_of(to), entry))
    # Where shared files stay, so does the marker: a later deploy finds them, and they are still ours.
    if not kept:
        os.rmdir(marker_of(to))
        left = ', '.join(list_folder(to))
        if left:
            say('left in %s, because it is not of venvoy: %s' % (to, left))


def check_emptied(to, trash):
    left = list_folder(trash)
    if left:
        raise Failure('not all of %s could be removed' % to, ['left: ' + os.path.join(trash, each) for each in left],
                      "it holds another user's files: sudo rm -rf %s, then run again" % quote(trash))
