# Builds a venv at its final path. It counts only with its receipt, written last; it is never repaired in place.
import collections
import os
import time

RECEIPT = '.venvoy.json'
# What has been found since and suits the venv as well.
NOTED = '.venvoy-noted.json'
# The parts that make something, beyond what is there.
BUILDING = ('files', 'tree', 'pip', 'creation', 'layer', 'settings', 'hashing', 'manifest', 'records', 'packages')
# Fails where pyvenv.cfg is gone: the interpreter would start, with the packages of another.
STARTS = 'import os, sys; sys.exit(os.path.realpath(sys.prefix) != os.path.realpath(sys.argv[1]))'


def trash_of(home):
    return os.path.join(store_of(home), 'trash')


def build_lock(home, fingerprint, name, wait=True):
    path = os.path.join(store_of(home), 'lock', '%s=%s' % (fingerprint, name))
    return Lock(path, 'venv %s' % name, wait)


def read_receipt(venv, name=RECEIPT):
    # None where there is none that counts.
    data = read_file(os.path.join(venv, name))
    try:
        receipt = None if data is None else parse_json(data)
    except Failure:
        receipt = None
    return receipt if isinstance(receipt, dict) and receipt.get('v') == 1 else None


def build_venv():
    os.umask(0o022)
    given = read_input()
    home, name, fingerprint = expand(given['home']), check_name(given['name']), check_fingerprint(given['fingerprint'])
    make_folder(store_of(home))
    found = find_sound(home, given)
    if found is None:
        with build_lock(home, fingerprint, name, given.get('wait', True)):
            # Another builder may have been at it while we waited.
            found = find_sound(home, given)
            if found is None:
                return report_venv(build_new(home, given), False)
    # It counts as young again: nobody prunes it while a release is made of it.
    os.utime(os.path.join(found, RECEIPT), None)
    report_venv(found, True)


def build_new(home, given):
    venv = free_place(venv_places(home, given))
    work = os.path.join(os.path.dirname(venv), '.work', given['name'])
    fill = fill_thin_venv if given.get('locked') else fill_venv
    return build_at(home, venv, work, lambda: fill(home, venv, work, given))


def report_venv(venv, reused):
    emit('venv', path=venv, reused=reused, installed=read_receipt(venv)['installed'])


def find_sound(home, given):
    for _, venv in venv_places(home, given):
        receipt = read_receipt(venv)
        if receipt is not None and venv not in given.get('avoid', []) and is_sound(venv, receipt, given['python']):
            return venv
    return None


def is_sound(venv, receipt, python):
    # A security update of the interpreter, an edited pyvenv.cfg, a removed folder: the venv is left as it is for those
    # who still run it, and a new one is built beside it.
    if has_drifted(venv) or not is_made_by(receipt, python) or start_check(venv)[0] != 0:
        return False
    # As the probe weighs it: a virtualenv run over this one puts another Python in.
    note = read_receipt(venv, NOTED) or {}
    if stamp_of(os.path.join(venv, 'bin', 'python')) not in (python['stamp'], note.get('stamp')):
        return False
    return 'base' not in receipt or read_receipt(receipt['base']) is not None and not has_drifted(receipt['base'])


def is_made_by(receipt, python):
    return all(receipt['python'][key] == python[key] for key in ('stamp', 'real'))


def start_check(venv):
    return capture([os.path.join(venv, 'bin', 'python'), '-c', STARTS, venv], venv_env(venv))


def numbered(home, name):
    # <name> is 0, <name>.1 is 1, ...: those that are there, with their numbers.
    found = []
    for folder in list_folder(store_of(home)):
        first, _, number = folder.partition('.')
        if first == name and (number or '0').isdigit():
            found.append((int(number or 0), os.path.join(store_of(home), folder)))
    return sorted(found)


def venv_places(home, given):
    # With the place that the next one would have.
    fingerprint, name = given['fingerprint'], given['name']
    return [(number, os.path.join(folder, name)) for number, folder in with_next(home, fingerprint)]


def with_next(home, name):
    found = dict(numbered(home, name))
    for number in range(len(found) + 1):
        found.setdefault(number, os.path.join(store_of(home), name + ('.%d' % number if number else '')))
    return sorted(found.items())


def free_place(places):
    # The first without a receipt, which was never used; what has one may be running.
    return [path for _, path in places if not os.path.lexists(os.path.join(path, RECEIPT))][0]


def build_at(home, place, work, fill):
    # `fill` makes it at its final path; what it leaves behind when it fails is moved away.
    trash = trash_of(home)
    for path in (place, work):
        if os.path.lexists(path):
            move_to_trash(path, trash)
    try:
        fill()
    except BaseException as error:
        if isinstance(error, EnvironmentError) and error.filename is None:
            error.filename = place
        if os.path.lexists(place):
            move_to_trash(place, trash)
        raise
    finally:
        remove_if_there(work)
        remove_if_empty(os.path.dirname(work))
        remove_if_empty(os.path.dirname(place))
        empty_trash(trash)
    return place


def remove_if_empty(folder):
    try:
        os.rmdir(folder)
    except OSError:
        pass


def fill_venv(home, venv, work, given):
    load(*BUILDING)
    emit('phase', text='creating')
    make_folder(os.path.dirname(venv))
    project = prepare_work(work, given)
    ready_tools(home, work, given)
    create_venv(venv, given)
    install_more(venv, work, project, given)
    run_scripts(venv, work, project, given)
    emit('phase', text='finishing')
    check_independent(venv, work)
    # Before the receipt: who is killed behind it leaves no password of an index lying about.
    remove_if_there(work)
    finish_venv(venv, given, read_installed(venv), [])


def finish_venv(venv, given, installed, more):
    if given.get('wrapper'):
        load('wrapper')
        fill_wrapper(expand(given['home']), venv, given)
    load('hashing', 'manifest', 'records', 'noted')
    manifest = put_manifest(venv, read_contents(venv), owners_of(read_packages(venv)))
    note_own_interpreter(venv, given)
    put_receipt(venv, venv_receipt(given, installed, more + [('manifest', manifest)]))


def put_receipt(place, receipt):
    sync_content(place)
    write_whole(os.path.join(place, RECEIPT), receipt)
    sync_folder(os.path.dirname(place))


def prepare_work(work, given):
    # Private: requirements may name an index with a password. The project lies apart from what we add.
    project = os.path.join(work, 'project')
    make_folder(work)
    os.chmod(work, 0o700)
    make_folder(project)
    if given.get('tree'):
        put_tree(given['tree'], project)
    put_texts(given.get('files', {}), project)
    return project


def install_more(venv, work, project, given):
    if given['arguments']:
        emit('phase', text='installing')
        install(venv, work, project, given)


def install(venv, work, project, given):
    by, way = ('uv', install_by_uv) if is_by_uv(given) else ('pip', install_by_pip)
    code = way(venv, work, project, given)
    if code != 0:
        raise Failure('%s could not install what venv %s needs' % (by, given['name']),
                      ['%s %s; what it said stands above' % (by, describe_end(code))],
                      'correct the requirements, or what they miss on the host; what was serving still does')


def install_by_pip(venv, work, project, given):
    arguments = [os.path.join(venv, 'bin', 'python'), '-m', 'pip', 'install']
    arguments += ['--disable-pip-version-check', '--no-input'] + ['--no-compile'] * (not given.get('compile', True))
    return run_installer(arguments + put_asked(work, given), asked_env(venv, given), project, texts_of(given))


def run_scripts(venv, work, project, given):
    for number, script in enumerate(given.get('postInstall', [])):
        emit('phase', text='post_install')
        run_script(venv, work, project, given, number, script)


def run_script(venv, work, project, given, number, script):
    # From a file: arguments show in `ps`.
    name = 'post-install-%d' % (number + 1)
    put_texts({name: script}, work)
    code = run(['/bin/sh', os.path.join(work, name)], venv_env(venv), project)
    if code != 0:
        raise Failure('a post_install command of venv %s %s' % (given['name'], describe_end(code)),
                      ['it was: ' + line for line in script.strip().split('\n')[:1]], 'correct it, then run again')


def check_independent(venv, work):
    link = points_to(venv, work)
    if link:
        raise Failure('the requirements install the project in editable mode (-e)',
                      ['%s points to the folder of the build, which is removed' % link],
                      'write `.` instead of `-e .`')


def venv_receipt(given, installed, more):
    python = given['python']
    return one_line_json([
        ('v', 1), ('name', given['name']), ('fingerprint', given['fingerprint']), ('inputs', given['inputs']),
        ('python', collections.OrderedDict((key, python[key]) for key in ('path', 'real', 'version', 'stamp')))] +
        more + [('installed', installed), ('created', now_text(given.get('now')))]) + b'\n'


def now_text(given):
    return given or time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())
