# Thin venvs: an instance's own prefix, prompt and scripts over the packages of a base. 2 ms and 90 KB.
import errno
import os

# Runs when the venv's Python starts. Paths are bytes: they must be right in every locale.
START = '\n'.join([
    '# Written by venvoy. Adds the packages that are shared, and pip; and keeps a process in the venv that it was',
    '# started in when it came by a link (~/.virtualenvs/NAME), which may lead elsewhere tomorrow.',
    'import os',
    'import site',
    'import sys',
    '',
    'VENV, SHARED, PIP = [getattr(os, "fsdecode", str)(path) for path in (%s, %s, %s)]',
    '',
    '',
    'def moved(path, old):',
    '    return VENV + path[len(old):] if path and (path + os.sep).startswith(old + os.sep) else path',
    '',
    '',
    'def pin(old):',
    '    if old != VENV and os.path.realpath(old) == os.path.realpath(VENV):',
    '        sys.path[:] = [moved(path, old) for path in sys.path]',
    '        sys.executable, sys.exec_prefix, sys.prefix = [',
    '            moved(path, old) for path in (sys.executable, sys.exec_prefix, sys.prefix)]',
    '',
    '',
    'pin(sys.prefix)',
    'site.addsitedir(SHARED)',
    'sys.path += [PIP] * bool(PIP)',
    ''])


def fill_thin_venv(home, venv, work, given):
    # The base's lock is held all the while: nobody removes it before something stands on it.
    with base_lock(home, given):
        base = ready_base(home, given)
        make_folder(os.path.dirname(venv))
        put_thin_venv(venv, base, given)
        if given['arguments']:
            load(*BUILDING)
            check_interpreter(given['python'])
            project = prepare_work(work, given)
            # uv would not see the base's packages, and install them again.
            install_more(venv, work, project, dict(given, installer={}))
            check_independent(venv, work)
            remove_if_there(work)
        receipt = read_receipt(base)
        installed = sorted(set(tuple(pair) for pair in receipt['installed']) | set(read_installed(venv)))
        more = [('base', base), ('content', receipt['content']), ('lockfile', given['locked'].get('path', ''))]
        finish_venv(venv, given, installed, more)


def put_thin_venv(venv, base, given):
    pip = read_receipt(base)['pip']
    changes = [(raw_bytes(pattern_of(base)), raw_bytes(venv)), (raw_bytes(PATTERN_PROMPT), raw_bytes(given['name']))]
    copy_pattern(pattern_of(base), venv, changes)
    for folder, folders, files in os.walk(base):
        folders[:] = [name for name in folders if name not in (PATTERN, 'site-packages', '__pycache__')]
        for name in files:
            if name not in (RECEIPT, MANIFEST, DRIFT, NOTED) and not name.endswith('.pyc'):
                put_from_base(os.path.relpath(os.path.join(folder, name), base), venv, base)
    if pip:
        put_scripts(venv, console_scripts(pip, pip_metadata(pip), version_tuple(given['python']['version'])[:2]))
    put_start(venv, base, pip)


def copy_pattern(source, target, changes):
    os.mkdir(target)
    for name in os.listdir(source):
        old, new = os.path.join(source, name), os.path.join(target, name)
        if os.path.islink(old):
            os.symlink(changed(os.readlink(old), changes), new)
        elif os.path.isdir(old):
            copy_pattern(old, new, changes)
        else:
            put_bytes(new, replace_all(read_file(old), changes), os.stat(old).st_mode | 0o200)


def changed(path, changes):
    data = replace_all(raw_bytes(path), changes)
    return data if isinstance(path, bytes) else os.fsdecode(data)


def replace_all(data, changes):
    for old, new in changes:
        data = data.replace(old, new)
    return data


def put_from_base(path, venv, base):
    # A script becomes the venv's own; what else packages bring beside their code (man pages, headers) is linked.
    old, new = os.path.join(base, path), os.path.join(venv, path)
    if os.path.lexists(new):
        return
    make_folder(os.path.dirname(new))
    script = own_script(old, venv, base) if os.path.dirname(path) == 'bin' and not os.path.islink(old) else None
    if script is None:
        os.symlink(old, new)
    else:
        put_bytes(new, script, 0o755)


def own_script(path, venv, base):
    # '#!/.../base-0f3c9a1b2d4e5f60/bin/python3.11 -E', or sh's three lines where the path is long; None for all else.
    data = read_file(path)
    folder = raw_bytes(os.path.join(base, 'bin') + os.sep)
    first, _, rest = data.partition(b'\n')
    if first.startswith(b'#!' + folder):
        name, _, options = first[len(folder) + 2:].partition(b' ')
        lines = [raw_bytes(line) for line in shebang(os.path.join(venv, 'bin', native_name(name)))]
        place = min(1, len(lines) - 1)
        lines[place] = lines[place].replace(b' "$0"', b' ' + options + b' "$0"') if place else lines[0] + b' ' + options
        return b'\n'.join(line.rstrip() for line in lines) + b'\n' + rest
    # pip puts the path in double quotes, uv in single ones.
    if first == b'#!/bin/sh' and rest.startswith((b"'''exec' \"" + folder, b"'''exec' '" + folder)):
        return data.replace(folder, raw_bytes(os.path.join(venv, 'bin') + os.sep), 1)
    return None


def native_name(name):
    return name if isinstance(name, str) else os.fsdecode(name)


def pip_metadata(pip):
    return [name for name in list_folder(pip) if name.endswith('.dist-info')][0]


def put_scripts(venv, scripts):
    for name, module, function in scripts:
        path = os.path.join(venv, 'bin', name)
        if not os.path.lexists(path):
            put_bytes(path, script_text(venv, module, function), 0o755)


def put_start(venv, base, pip):
    site, shared = site_folders(venv)[0], site_folders(base)[0]
    literals = tuple(bytes_literal(path) for path in (venv, shared, pip))
    put_bytes(os.path.join(site, '_venvoy.py'), raw_bytes(START % literals), 0o644)
    put_bytes(os.path.join(site, '_venvoy.pth'), b'import _venvoy\n', 0o644)


def bytes_literal(path):
    text = repr(raw_bytes(path))
    return text if text.startswith('b') else 'b' + text


def put_bytes(path, data, mode):
    # Reaches the disk with all others, before the receipt.
    with closing(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & 0o777), path) as fd:
        write_all(fd, data)
