# pip beside the venvs: unpacked once for a Python, compiled, read-only. It installs into bases without being in them,
# and the people who enter a thin venv find it there.
import os


def pip_layer(home, python, source):
    # The folder to put on sys.path, and pip's version. `source`: a wheel, or the folder of a pip that is there.
    if source is None:
        raise no_pip(python)
    version = source_version(source)
    # 'pip-23_2_1-3_11': what follows a dot is a number of ours.
    name = 'pip-%s-%d_%d' % ((version.replace('.', '_'),) + version_tuple(python['version'])[:2])
    with Lock(os.path.join(store_of(home), 'lock', name), name):
        for _, place in with_next(home, name):
            receipt = read_receipt(place)
            if receipt is not None and receipt.get('stamp') == python['stamp'] and not has_drifted(place):
                return place, version
        place = free_place(with_next(home, name))
        return build_at(home, place, place + '.work', lambda: fill_layer(place, source, python)), version


def newest_pip(python):
    # None where there is none.
    version = version_tuple(python['version'])[:2]
    folders, packages = pip_sources(python)
    wheels = [wheel for wheel in (newest_wheel(folder, 'pip', version) for folder in folders) if wheel]
    if wheels:
        return max(wheels, key=lambda wheel: version_tuple(source_version(wheel)))
    return packages[0] if packages else None


def source_version(source):
    # '.../pip-23.2.1-py3-none-any.whl' or '.../pip', the folder of the package.
    name = source if source.endswith('.whl') else metadata_folder(source)[:-len('.dist-info')]
    return os.path.basename(name).split('-')[1]


def fill_layer(place, source, python):
    import shutil
    import zipfile
    make_folder(place)
    if source.endswith('.whl'):
        with zipfile.ZipFile(source) as archive:
            archive.extractall(place)
    else:
        for folder in (source, metadata_folder(source)):
            copy = os.path.join(place, os.path.basename(folder))
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns('__pycache__', '*.pyc'))
    compile_all(python, python['path'], place, 'unchecked-hash')
    protect(place)
    manifest = put_manifest(place, read_contents(place))
    put_receipt(place, one_line_json([('v', 1), ('stamp', python['stamp']), ('manifest', manifest)]) + b'\n')
    os.chmod(place, 0o555)


def compile_all(python, program, folder, mode):
    # What does not compile (templates, code for another Python) is left to those who import it, as pip does it.
    version = version_tuple(python['version'])
    options = ['-qq', '-j0'] if version >= (3, 5) else ['-q']
    options += ['--invalidation-mode', mode] if version >= (3, 7) else []
    code, output = capture([program, '-m', 'compileall'] + options + [folder], dict(clean_env(), PYTHONHASHSEED='0'))
    if code < 0:
        raise Failure('the packages could not be compiled: compileall %s' % describe_end(code), last_words(output))


def protect(place):
    # Nobody may write below, the owner neither. The place itself follows when its receipt is in it.
    for folder, folders, files in os.walk(place):
        for name in files + folders:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                os.chmod(path, os.stat(path).st_mode & 0o555)
