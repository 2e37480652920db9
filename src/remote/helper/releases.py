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
