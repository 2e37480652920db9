# What becomes of the releases of an instance after their first day.
import os


def check_release():
    # All that a switch back needs, looked at before any host is switched: its venv must start.
    given = read_input()
    to, number = expand(given['to']), given['number']
    check_ours(to)
    check_generation(to, given['generation'])
    check_whole_release(to, number)
    path = release_path(to, number)
    code, output = start_check(os.path.realpath(os.path.join(path, 'venv')))
    if code != 0:
        raise Failure('the venv of release %d does not run: its Python %s' % (number, describe_end(code)),
                      last_words(output), 'deploy instead: that builds a new venv')
    emit('checked', path=path)


def retire():
    # A rename takes a release away as a whole. What a killed helper leaves in the trash goes with the next.
    given = read_input()
    to, removed = expand(given['to']), []
    trash = os.path.join(marker_of(to), 'trash')
    check_ours(to)
    with state_lock(to):
        current = current_number(to)
        for number in given['numbers']:
            path = release_path(to, number)
            if number != current and os.path.isdir(path):
                move_to_trash(path, trash)
                removed.append(path)
    empty_trash(trash)
    remove_if_empty(trash)
    emit('removed', paths=removed)
