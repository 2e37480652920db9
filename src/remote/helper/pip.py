# pip for a venv, without ensurepip's three seconds: its bundled wheel is unpacked. Where Debian took ensurepip away,
# any other pip that this interpreter has will do.
import base64
import glob
import hashlib
import os
import re

# What the venv's own interpreter knows: ensurepip's wheels, the distribution's wheels, virtualenv's wheels, its pip.
SOURCES_PROBE = '\n'.join([
    'import json, os, sysconfig',
    'def places(name):',
    '    try:',
    '        try: from importlib.util import find_spec',
    '        except ImportError: import imp; return [imp.find_module(name)[1]]',
    '        return find_spec(name).submodule_search_locations or []',
    '    except (ImportError, AttributeError): return []',
    'def folders(name, *inner): return [os.path.join(folder, *inner) for folder in places(name)]',
    'wheels = folders("ensurepip", "_bundled")',
    'wheels += [sysconfig.get_config_var("WHEEL_PKG_DIR") or "", "/usr/share/python-wheels"]',
    'seeds = folders("virtualenv", "seed", "wheels", "embed") + folders("virtualenv_support")',
    'print(json.dumps([wheels, seeds, folders("pip")]))'])

# 'pip-23.2.1-py3-none-any.whl', 'setuptools-65.5.0-py3-none-any.whl'
WHEEL = re.compile(r'(pip|setuptools)-([0-9.]+)-.*\.whl\Z')
# 'Requires-Python: >=3.7'
NEEDED_PYTHON = re.compile(r'^Requires-Python:.*>=\s*([0-9]+)\.([0-9]+)', re.M)


def put_pip(venv, site, given):
    # `site` is the venv's site-packages. Setuptools comes along where ensurepip would bring it: before 3.12, an older
    # pip needs it to build anything.
    python = given['python']
    version = version_tuple(python['version'])[:2]
    folders, packages = pip_sources(python)
    for folder in folders:
        pip = newest_wheel(folder, 'pip', version)
        if pip:
            setuptools = newest_wheel(folder, 'setuptools', version) if version < (3, 12) else None
            for wheel in filter(None, [given.get('pip') or pip, setuptools]):
                unpack_wheel(venv, site, wheel, version)
            return
    for package in packages:
        if given.get('pip'):
            unpack_wheel(venv, site, given['pip'], version)
        else:
            copy_package(venv, site, package, version)
        return
    if not is_by_uv(given):
        raise no_pip(python)


def pip_sources(python):
    code, output = capture([python['path'], '-c', SOURCES_PROBE], clean_env())
    if code != 0:
        raise Failure('Python at %s does not run' % python['path'], [output.strip()])
    wheels, seeds, packages = parse_json(raw_bytes(output))
    return wheels + [expand('~/.cache/venvoy/pip')] + seeds, packages


def newest_wheel(folder, project, version):
    found = []
    for path in glob.glob(os.path.join(folder, project + '-*.whl')):
        match = WHEEL.match(os.path.basename(path))
        if match and needed_python(path) <= version:
            found.append((version_tuple(match.group(2)), path))
    return max(found)[1] if found else None


def needed_python(wheel):
    # Imported where it is needed, here and below: most calls of the helper never come here, and it takes 10 ms.
    import zipfile
    try:
        with zipfile.ZipFile(wheel) as archive:
            metadata = [name for name in archive.namelist() if name.endswith('.dist-info/METADATA')]
            match = NEEDED_PYTHON.search(archive.read(metadata[0]).decode('utf-8', 'replace'))
    except zipfile.BadZipfile:
        # Half a download in the cache: no Python is new enough for it.
        return (99, 0)
    return tuple(int(part) for part in match.groups()) if match else (0, 0)


def unpack_wheel(venv, site, wheel, version):
    import zipfile
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
        names = [name for name in archive.namelist() if not name.endswith('/')]
    finish_package(venv, site, names, version)


def copy_package(venv, site, package, version):
    import shutil
    names = []
    for source in [package, metadata_folder(package)]:
        copy = os.path.join(site, os.path.basename(source))
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns('__pycache__', 'direct_url.json'))
        names += [os.path.relpath(os.path.join(base, name), site) for base, _, files in os.walk(copy) for name in files]
    finish_package(venv, site, names, version)


def metadata_folder(package):
    # Only what belongs to the package's own version, wherever the distribution keeps it.
    found = sorted(glob.glob(os.path.join(os.path.dirname(package), 'pip-[0-9]*.dist-info')))
    if not found:
        raise Failure('the pip at %s has no metadata' % package)
    return found[-1]


def finish_package(venv, site, names, version):
    # As pip leaves a package behind, so that it can list, upgrade and uninstall it.
    info = [name for name in names if name.endswith('.dist-info/METADATA')][0].split('/')[0]
    scripts = [write_script(venv, *script) for script in console_scripts(site, info, version)]
    write_new(os.path.join(site, info, 'INSTALLER'), b'pip\n', 0o644)
    kept = [name for name in names if name not in (info + '/RECORD', info + '/INSTALLER')]
    paths = kept + [info + '/INSTALLER'] + [os.path.relpath(script, site) for script in scripts]
    rows = [record_row(site, path) for path in paths] + [info + '/RECORD,,']
    write_new(os.path.join(site, info, 'RECORD'), raw_bytes('\n'.join(rows) + '\n'), 0o644)


def record_row(site, path):
    with open(os.path.join(site, path), 'rb') as file:
        return row_of(path, file.read())


def row_of(path, data):
    digest = native(base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode('ascii')).rstrip('=')
    return '%s,sha256=%s,%d' % (path, digest, len(data))


def write_script(venv, name, module, function):
    path = os.path.join(venv, 'bin', name)
    remove_file(path)
    write_new(path, script_text(venv, module, function), 0o755)
    return path
