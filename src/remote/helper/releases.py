# What becomes of the releases of an instance after their first day.
import os
import shutil
import stat


def check_release():
    # All that a switch back needs, looked at before any host is switched: its venv must start.
    given = read_input()
    to, number = expand(given['to']), given['number']
    check_ours(to)
    check_generation(to, given['generation'])
    check_whole_release(to, number)
    path = release_path(to, number)
    check_runs(os.path.realpath(os.path.join(path, 'venv')), 'the venv of release %d' % number)
    emit('checked', path=path)


def check_venv():
    # The same for a venv that is to serve again, with or without a release.
    venv = expand(read_input()['venv'])
    check_whole_venv(venv)
    base = read_receipt(venv).get('base')
    if base is not None:
        check_whole_venv(base)
    check_runs(venv, 'the venv at %s' % venv)
    emit('checked', path=venv)


def check_runs(venv, what):
    code, output = start_check(venv)
    if code != 0:
        raise Failure('%s does not run: its Python %s' % (what, describe_end(code)), last_words(output),
                      'deploy instead: that builds a new venv')


def renew_release():
    # The files of a release once more, with another venv. What a program can write to is copied: that must not show in
    # the release that is left, which a rollback may go to.
    os.umask(0o022)
    given = read_input()
    to, number, venv = expand(given['to']), given['number'], expand(given['venv'])
    check_ours(to)
    check_release_receipt(to, given['from'])
    check_whole_venv(venv)
    old = release_path(to, given['from'])
    receipt = parse_json(read_file(os.path.join(old, 'release.json')))
    receipt.update(number=number, venv=venv, fingerprint=read_receipt(venv)['fingerprint'], created=now_text(None),
                   by=given['by'])

    def fill(tree):
        copy_tree(os.path.realpath(os.path.join(old, 'tree')), tree, Earlier([] if is_root() else [old]).copy)
        put_bytes(os.path.join(os.path.dirname(tree), MANIFEST), read_file(os.path.join(old, MANIFEST)) or b'', 0o444)
        copy_settings(old, os.path.dirname(tree))

    make_release(to, given, venv, fill, lambda: one_line_json(receipt.items()) + b'\n')


def copy_settings(old, new):
    for name in ('env', 'services.json', 'settings.json', 'crontab', 'wrappers.json'):
        if os.path.exists(os.path.join(old, name)):
            shutil.copy2(os.path.join(old, name), new)
    for name in ('services', 'cron', 'wrappers'):
        if os.path.isdir(os.path.join(old, name)):
            copy_tree(os.path.join(old, name), os.path.join(new, name))


def copy_tree(source, target, copy=shutil.copy2):
    # Sockets and the like belong to the process that made them. Times are kept: compiled files go by them.
    os.mkdir(target)
    for name in os.listdir(source):
        old, new = os.path.join(source, name), os.path.join(target, name)
        mode = os.lstat(old).st_mode
        if stat.S_ISLNK(mode):
            os.symlink(os.readlink(old), new)
        elif stat.S_ISDIR(mode):
            copy_tree(old, new, copy)
        elif stat.S_ISREG(mode):
            copy(old, new)
    shutil.copystat(source, target)


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
