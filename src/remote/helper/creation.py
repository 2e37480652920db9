# Makes an empty venv with the interpreter's venv module or virtualenv, or says what to install.
import os
import re
import sys

# 'ID=debian', 'ID_LIKE="rhel fedora"'
SYSTEM_ID = re.compile(r'^ID(?:_LIKE)?="?([^"\n]*)"?$', re.M)

INSTALL_LINES = [
    (('debian', 'ubuntu'), 'sudo apt install %s', 'python%s-venv', 'python3-virtualenv'),
    (('fedora', 'rhel', 'centos'), 'sudo dnf install %s', 'python3-pip', 'python3-virtualenv'),
    (('alpine',), 'sudo apk add %s', 'py3-pip', 'py3-virtualenv'),
    (('arch',), 'sudo pacman -S %s', 'python-pip', 'python-virtualenv'),
    (('suse',), 'sudo zypper install %s', 'python3-pip', 'python3-virtualenv'),
]


def ready_tools(home, work, given):
    # uv, and the pip that is wanted, before anything is made with them.
    installer = given.get('installer', {})
    if given.get('uv'):
        load('fetch', 'uv')
        given['uv']['path'] = ready_uv(home, work, given)
    if installer.get('name') == 'pip' and installer.get('version'):
        load('fetch')
        given['pip'] = pinned_pip(home, work, given, installer['version'])


def is_by_uv(given):
    return given.get('installer', {}).get('name') == 'uv'


def create_venv(venv, given):
    # Ends with pip in it and an interpreter that has been started once.
    check_interpreter(given['python'])
    if given['with'] == 'virtualenv' and not given.get('pip'):
        run_virtualenv(venv, given['python'], given, [])
    else:
        create_bare_venv(venv, given, given['name'])
    check_starts(venv)
    site = site_folders(venv)[0]
    if not os.path.isdir(os.path.join(site, 'pip')):
        put_pip(venv, site, given)


def create_bare_venv(venv, given, prompt):
    # Without pip.
    if given['with'] == 'virtualenv':
        run_virtualenv(venv, given['python'], given, ['--no-seed', '--prompt', prompt])
    elif given['with'] == 'uv':
        run_uv_venv(venv, given['python'], given, prompt)
    else:
        run_venv_module(venv, given['python'], given, prompt)


def check_interpreter(python):
    # The fingerprint speaks of the interpreter that the probe saw.
    found = stamp_of(python['real']) if os.path.realpath(python['path']) == python['real'] else None
    if found != python['stamp']:
        raise Failure('Python at %s is not the one that was planned for' % python['path'],
                      ['planned: %s (%s)' % (python['real'], python['stamp']),
                       'found: %s (%s)' % (os.path.realpath(python['path']), found or 'another file')], 'plan again')


def run_venv_module(venv, python, given, prompt):
    if version_tuple(python['version']) < (3, 3):
        raise Failure('Python %s has no module venv' % python['version'], ['interpreter: ' + python['path']],
                      'set `with: virtualenv` under venv:, and on the host: ' + virtualenv_line(python))
    options = ['--without-pip', '--prompt', prompt]
    options += ['--system-site-packages'] * bool(given['systemSitePackages'])
    code, output = capture([python['path'], '-I', '-m', 'venv'] + options + [venv], clean_env())
    if code != 0 and 'No module named' in output:
        raise Failure('Python at %s has no module venv' % python['path'], [], venv_line(python))
    check_created(code, output, 'python -m venv')


def run_virtualenv(venv, python, given, more):
    # The venv's own interpreter may have it, or the one that runs this, or it is a program by itself.
    options = ['--no-download', '-p', python['path']] + more
    options += ['--system-site-packages'] * bool(given['systemSitePackages'])
    for program in ([python['path'], '-m', 'virtualenv'], ['virtualenv'], [sys.executable, '-m', 'virtualenv']):
        if capture(program + ['--version'], clean_env())[0] == 0:
            # It would look for newer wheels in the background, long after it has ended, and hold the lock meanwhile.
            code, output = capture(program + options + [venv], dict(clean_env(), VIRTUALENV_NO_PERIODIC_UPDATE='true'))
            return check_created(code, output, 'virtualenv')
    raise Failure('there is no virtualenv for Python at %s' % python['path'],
                  ['neither as a module of this Python nor as a program on PATH'], virtualenv_line(python))


def check_created(code, output, program):
    if code != 0:
        raise Failure('the venv could not be created: %s %s' % (program, describe_end(code)), last_words(output),
                      'mend that on the host, then run again')


def check_starts(venv):
    code, output = start_check(venv)
    if code != 0:
        raise Failure('the new venv does not run: its Python %s' % describe_end(code), last_words(output))


def no_pip(python):
    return Failure('there is no pip for Python at %s' % python['path'],
                   ['it has no ensurepip, no pip of its own, and no virtualenv'], venv_line(python))


def venv_line(python):
    short = '%d.%d' % version_tuple(python['version'])[:2]
    command, package, _ = install_line()
    if command is None or not python['path'].startswith('/usr/bin/'):
        return 'install pip or virtualenv for %s, for instance with its package manager' % python['path']
    return command % (package % short if '%s' in package else package)


def virtualenv_line(python):
    # 20.15.1 is the last that makes venvs of Python 2.7; distributions have newer ones.
    if version_tuple(python['version']) < (3, 0):
        return '%s -m pip install --user virtualenv==20.15.1' % python['path']
    command, _, package = install_line()
    if command is None or not python['path'].startswith('/usr/bin/'):
        return '%s -m pip install --user virtualenv' % python['path']
    return command % package


def install_line():
    ids = ' '.join(SYSTEM_ID.findall(text_of('/etc/os-release'))).split()
    for names, command, venv, virtualenv in INSTALL_LINES:
        if set(names) & set(ids):
            return command, venv, virtualenv
    return None, None, None
