# Makes a base: installs the packages of one lockfile, verifies them, and makes them read-only.
import collections
import os
import re

# 'requests 2.32.3 requires idna, which is not installed.'
MISSING = re.compile(r'(\S+) \S+ requires .*, which is not installed\.$')
CONFLICT = re.compile(r'(\S+) \S+ has requirement ')


def fill_base(home, base, work, given):
    emit('phase', text='creating')
    project = prepare_work(work, given)
    check_interpreter(given['python'])
    ready_tools(home, work, given)
    # Its name is in none of its files: they are the same for whoever asks first.
    create_bare_venv(base, given, 'base')
    create_bare_venv(pattern_of(base), given, PATTERN_PROMPT)
    check_starts(base)
    bare = set(read_contents(base))
    wheels = put_wheels(work, given)
    pip, version = pip_beside(home, wheels, given)
    if given['locked']['packages']:
        emit('phase', text='installing')
        install_locked(base, work, pip, given)
    run_scripts(base, work, project, given)
    if given.get('compile', True) and not is_compiled_by_uv(given):
        emit('phase', text='compiling')
        for site in site_folders(base):
            compile_all(given['python'], os.path.join(base, 'bin', 'python'), site, 'checked-hash')
    emit('phase', text='verifying')
    check_dependencies(base, work, pip, given)
    remove_if_there(work)
    seal(base, bare, pip, version, given)


def put_wheels(work, given):
    # What was sent, where pip finds it by its names.
    folder = os.path.join(work, 'sent')
    if given.get('wheels'):
        put_tree(given['wheels'], folder)
    elif given.get('offline') and given['locked']['packages']:
        raise Failure('the packages of venv %s are no longer there' % given['name'], [], AGAIN)
    return folder


def pip_beside(home, wheels, given):
    # One that was sent is the one that is meant. uv does without: where the host has no pip, the venv has none.
    python = given['python']
    sent = newest_wheel(os.path.join(wheels, 'pip'), 'pip', version_tuple(python['version'])[:2])
    wanted = given.get('pip') or sent or newest_pip(python)
    return ('', '') if wanted is None and is_by_uv(given) else pip_layer(home, python, wanted)


def is_compiled_by_uv(given):
    # By all cores as well, and at once. What post_install does comes first, and it does not know Python 3.6.
    is_wanted = given.get('compile', True) and not given.get('postInstall')
    return is_by_uv(given) and is_wanted and version_tuple(given['python']['version']) >= (3, 7)


def install_locked(base, work, pip, given):
    # Exactly these files, by their hashes: no resolver, nothing that is there already taken for it.
    by, install = ('uv', install_locked_by_uv) if is_by_uv(given) else ('pip', install_locked_by_pip)
    code = install(base, work, pip, given)
    if code != 0:
        raise Failure('%s could not install the locked packages of venv %s' % (by, given['name']),
                      ['%s %s; what it said stands above' % (by, describe_end(code))],
                      'write the lockfile again for this interpreter, or mend what the host misses; what was serving '
                      'still does')


def put_locked(work, packages):
    lines = [' '.join([requirement(*package)] + ['--hash=sha256:' + digest for digest in package[2]])
             for package in packages]
    put_texts({'locked.txt': '\n'.join(lines) + '\n'}, work)
    return lines


def install_locked_by_pip(base, work, pip, given):
    load('sdists')
    packages, folders = with_built(base, work, pip, given)
    lines = put_locked(work, packages)
    options = ['--no-deps', '--ignore-installed', '--only-binary', ':all:', '--require-hashes', '--no-compile']
    if given.get('offline'):
        options += ['--no-index', '--find-links', os.path.join(work, 'sent', 'wheels')]
    for folder in folders:
        options += ['--find-links', folder]
    options += ['-r', os.path.join(work, 'locked.txt')]
    code = run_installer(pip_call(base, pip, 'install') + options, pip_env(base, work, given), work, lines)
    if code == 0 and version_tuple(given['python']['version']) < (3, 7):
        settle_scripts(base)
    return code


def requirement(name, version, _digests, url=None):
    return '%s==%s' % (name, version) if url is None else '%s @ %s' % (name, url)


def pip_call(base, pip, command):
    # pip itself is not in the base: what is installed there is what is locked.
    return [os.path.join(base, 'bin', 'python'), os.path.join(pip, 'pip'), command, '--isolated',
            '--disable-pip-version-check', '--no-input']


def pip_env(base, work, given):
    put_texts({'pip.conf': settings_text(network_settings(given))}, work)
    env = dict((key, value) for key, value in venv_env(base).items() if not key.startswith('PIP_'))
    env.update(PIP_CONFIG_FILE=os.path.join(work, 'pip.conf'), SOURCE_DATE_EPOCH='315532800', PYTHONHASHSEED='0')
    return env


def check_dependencies(base, work, pip, given):
    # `pip check`: what is missing is a hole in the lockfile; other versions than a package asks for may be meant.
    if is_by_uv(given):
        code, lines = dependency_lines_by_uv(base, work, given)
    else:
        code, output = capture(pip_call(base, pip, 'check'), venv_env(base))
        lines = output.split('\n')
    names = set(normal_name(package[0]) for package in given['locked']['packages'])
    lines = [line for line in lines if normal_name(line.split(' ')[0]) in names]
    missing = [line for line in lines if MISSING.match(line)]
    if missing:
        raise Failure('the lockfile lacks what its packages need', missing,
                      'write it again: venvoy lock; what was serving still does')
    for line in lines:
        if code != 0 and CONFLICT.match(line):
            note('warning', line)


def seal(base, bare, pip, version, given):
    # The receipt comes last, when all that it speaks of is read-only and on the disk.
    protect(base)
    contents = read_contents(base)
    wrong, owners = check_packages(base, contents, given['locked'], bare)
    if is_by_uv(given):
        check_by_uv(given, wrong, owners)
    if wrong:
        raise Failure('the packages of venv %s are not what they should be' % given['name'], wrong[:20],
                      'what was serving still does; did a post_install command change them?')
    for line in shared_files(owners):
        note('warning', 'two packages have the same file: ' + line)
    manifest = put_manifest(base, contents, owners)
    python = given['python']
    put_receipt(base, one_line_json([
        ('v', 1), ('fingerprint', given['fingerprint']),
        ('python', collections.OrderedDict((key, python[key]) for key in ('path', 'real', 'version', 'stamp'))),
        ('content', content_digest(base, contents, owners)), ('manifest', manifest),
        ('installer', installer_of(version, given)),
        ('pip', pip), ('digests', known_digests(given['locked'])), ('installed', read_installed(base)),
        ('created', now_text(given.get('now')))]) + b'\n')
    os.chmod(os.path.join(base, RECEIPT), 0o444)
    os.chmod(base, 0o555)


def known_digests(locked):
    # Of what came as the one file that it can have come as: 'django 5.1.4' -> SHA-256.
    return dict(('%s %s' % (normal_name(package[0]), package[1]), package[2][0])
                for package in locked['packages'] if len(package[2]) == 1 and package[1])


def installer_of(version, given):
    return ['uv', given['uv']['version']] if is_by_uv(given) else ['pip', version]
