# Asks pip what it would install, in a throwaway venv: nothing of it stays on the host.
import hashlib
import os
import re
import shutil
import signal
import sys
import tempfile

# From here on pip can tell what it would do. Python 3.7 is the first that has such a pip.
REPORTS = (22, 2)
# How often pins that are in the way are given up before all are.
TRIES = 12
# 'The user requested (constraint) asgiref==3.7.2', 'satisfies the requirement asgiref==3.7.2 (from versions: 3.8)'
IN_THE_WAY = re.compile(r'(?:The user requested \(constraint\)|satisfies the requirement) ([A-Za-z0-9._-]+)==')
# 'No matching distribution found for docopt'
NOT_FOUND = re.compile(r'No matching distribution found for ([^\s(]+)')


def resolve():
    os.umask(0o077)
    given = read_input()
    # Ended from outside, the folder must go too.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(1))
    work = tempfile.mkdtemp(prefix='venvoy-')
    try:
        resolve_in(os.path.realpath(work), given)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def resolve_in(work, given):
    emit('phase', text='creating')
    venv, project = os.path.join(work, given['name']), os.path.join(work, 'project')
    create_venv(venv, given)
    make_folder(project)
    put_texts(given['files'], project)
    given = dict(given, asked=put_asked(work, given), env=asked_env(venv, given))
    ask = ask_report if can_report(venv, work, given) else ask_download
    emit('phase', text='resolving')
    found, dropped = with_pins(venv, work, given, ask)
    emit('resolved', packages=found, dropped=dropped)


def with_pins(venv, work, given, ask):
    # Older choices are kept as constraints; those that pip names as being in the way are not.
    pins, dropped = dict(given['pins']), []
    for attempt in range(TRIES + 1):
        if attempt == TRIES:
            dropped, pins = sorted(dict(given['pins'])), {}
        put_texts({'pins.txt': ''.join('%s==%s\n' % pin for pin in sorted(pins.items()))}, work)
        code, output, found = ask(venv, work, given)
        if code == 0:
            return found, sorted(dropped)
        named = set(normal_name(name) for name in IN_THE_WAY.findall(output)) & set(pins)
        if not pins:
            raise unresolved(code, output, given)
        for name in named or set(pins):
            del pins[name]
            dropped.append(name)


def unresolved(code, output, given):
    lines = [line.strip() for line in output.split('\n') if line.strip() and 'DEPRECATION' not in line]
    missing = NOT_FOUND.findall(output)
    advice = 'correct the requirements; the lockfile is as it was'
    if missing:
        advice = 'see whether the index has a wheel of %s for Python %s; what only has an sdist cannot be locked' % (
            missing[-1], given['python']['version'])
    return Failure('pip finds no versions that fit together', ['pip ' + describe_end(code)] + lines[-12:], advice)


def pip_of(venv, verb):
    return [os.path.join(venv, 'bin', 'python'), '-m', 'pip', '--disable-pip-version-check', '--no-input', verb]


def sources_of(work, given):
    return ['-c', os.path.join(work, 'pins.txt'), '--only-binary', ':all:'] + given['asked']


def can_report(venv, work, given):
    if version_tuple(given['python']['version']) < (3, 7):
        return False
    if pip_version(venv) >= REPORTS:
        return True
    # What comes with this Python is too old. Where the index has no other, downloads tell the same.
    capture(pip_of(venv, 'install') + put_index(work, given) + ['--only-binary', ':all:', 'pip>=22.2'], given['env'])
    return pip_version(venv) >= REPORTS


def pip_version(venv):
    return version_tuple(dict(read_installed(venv)).get('pip', '0'))


def ask_report(venv, work, given):
    # Not --quiet: that would hide which pins are in the way.
    report = os.path.join(work, 'report.json')
    options = ['--dry-run', '--ignore-installed', '--report', report]
    code, output = capture(pip_of(venv, 'install') + options + sources_of(work, given), given['env'],
                           os.path.join(work, 'project'))
    if code != 0:
        return code, output, None
    found = [reported(item) for item in parse_json(read_file(report))['install']]
    # An index that names no hashes: the files themselves do.
    return ask_download(venv, work, given) if None in found else (0, output, sorted(found))


def reported(item):
    place, archive = item['download_info']['url'], item['download_info'].get('archive_info', {})
    digest = archive.get('hashes', {}).get('sha256') or archive.get('hash', '').partition('sha256=')[2]
    if not digest:
        return None
    metadata = item['metadata']
    return [normal_name(metadata['name']), metadata['version'], file_name(place), digest,
            place if item.get('is_direct') else '']


def file_name(url):
    try:
        from urllib.parse import unquote
    except ImportError:
        from urllib import unquote
    return unquote(url.partition('#')[0].partition('?')[0].rpartition('/')[2])


def ask_download(venv, work, given):
    folder = os.path.join(work, 'wheels')
    remove_if_there(folder)
    code, output = capture(pip_of(venv, 'download') + ['-d', folder] + sources_of(work, given),
                           given['env'], os.path.join(work, 'project'))
    if code != 0:
        return code, output, None
    return 0, output, sorted(downloaded(folder, name) for name in list_folder(folder))


def downloaded(folder, name):
    # 'zope.interface-7.2-cp311-cp311-linux_x86_64.whl'; its name and version hold no dash.
    with open(os.path.join(folder, name), 'rb') as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    project, version = name.split('-')[:2]
    return [normal_name(project), version, name, digest, '']
