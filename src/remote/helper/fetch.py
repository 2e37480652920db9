# Tools of an exact version, from the index that the host's settings name: pip, and uv.
import os
import stat

TOOLS = '~/.cache/venvoy'


def download_wheel(home, work, given, name, version, digests=()):
    # Its path in `work`. pip takes the one that suits this machine, and checks it against the index, or these SHA-256.
    emit('phase', text='fetching %s %s' % (name, version))
    python, folder = given['python'], os.path.join(work, 'wheels')
    pip = pip_layer(home, python, newest_pip(python))[0]
    line = ' '.join(['%s==%s' % (name, version)] + ['--hash=sha256:' + digest for digest in digests])
    put_texts({'tool.txt': line + '\n'}, work)
    call = [python['path'], os.path.join(pip, 'pip'), 'download', '--isolated']
    call += ['--disable-pip-version-check', '--no-input', '--no-deps', '--only-binary', ':all:']
    # The Python that asks may be older than those that uv is packaged for.
    call += ['--ignore-requires-python', '-d', folder, '-r', os.path.join(work, 'tool.txt')]
    code, output = capture(call, tool_env(work, given))
    if code != 0:
        raise Failure('%s %s is not on this host, and could not be fetched from its index' % (name, version),
                      ['pip ' + describe_end(code)] + last_words(output), fetch_advice(name, version))
    return wheel_in(folder)


def wheel_in(folder):
    # None where there is none.
    return next((os.path.join(folder, name) for name in list_folder(folder) if name.endswith('.whl')), None)


def fetch_advice(name, version):
    if name == 'uv':
        return 'install it there (~/.local/bin/uv), name another version, or set `installer: pip` under venv:'
    return 'name a version that the index has for this Python, or leave it out: `installer: pip`'


def tool_env(work, given):
    put_texts({'pip.conf': settings_text(network_settings(given))}, work)
    env = dict((key, value) for key, value in clean_env().items() if not key.startswith('PIP_'))
    env.update(PIP_CONFIG_FILE=os.path.join(work, 'pip.conf'), PYTHONNOUSERSITE='1')
    return env


def ready_uv(home, work, given):
    # The uv that was planned with: the host's own, or one in the cache, which is there whole or not at all.
    uv = given['uv']
    if uv.get('path'):
        check_uv(uv)
        return uv['path']
    place = os.path.join(expand(TOOLS), 'uv', uv['version'], 'uv')
    with Lock(os.path.join(store_of(home), 'lock', 'uv-' + uv['version'].replace('.', '_')), 'uv ' + uv['version']):
        if not is_uv(place, uv['version']):
            put_program(download_wheel(home, work, given, 'uv', uv['version'], uv.get('digests', ())), place)
    if not is_uv(place, uv['version']):
        raise Failure('uv %s does not run on this host' % uv['version'], [place], fetch_advice('uv', uv['version']))
    return place


def check_uv(uv):
    if not is_uv(uv['path'], uv['version']):
        raise Failure('uv at %s is not the one that was planned with' % uv['path'],
                      ['planned: uv ' + uv['version'], 'found: ' + uv_version(uv['path'])], 'plan again')


def is_uv(path, version):
    return uv_version(path).split(' ')[:2] == ['uv', version]


def uv_version(path):
    # 'uv 0.13.9 (x86_64-unknown-linux-gnu)'
    code, output = capture([path, '--version'], clean_env())
    return output.strip() if code == 0 else 'none that runs'


def put_program(wheel, place):
    # 'uv-0.13.9.data/scripts/uv'
    import zipfile
    make_folder(os.path.dirname(place))
    with zipfile.ZipFile(wheel) as archive:
        name = [name for name in archive.namelist() if name.endswith('.data/scripts/uv')][0]
        draft = place + '.tmp'
        write_new(draft, archive.read(name), stat.S_IRWXU | 0o055)
    os.rename(draft, place)
    sync_folder(os.path.dirname(place))


def pinned_pip(home, work, given, version):
    # The wheel of exactly this pip, in a folder of its own: the pip of other venvs stays what it is.
    folder = os.path.join(expand(TOOLS), 'pip', version)
    with Lock(os.path.join(store_of(home), 'lock', 'get-pip-' + version.replace('.', '_')), 'pip ' + version):
        if wheel_in(folder) is None:
            put_wheel(download_wheel(home, work, given, 'pip', version), folder)
    wheel = wheel_in(folder)
    if needed_python(wheel) > version_tuple(given['python']['version'])[:2]:
        raise Failure('pip %s is not for Python %s' % (version, given['python']['version']),
                      ['it needs %d.%d' % needed_python(wheel)], fetch_advice('pip', version))
    return wheel


def put_wheel(wheel, folder):
    make_folder(folder)
    place = os.path.join(folder, os.path.basename(wheel))
    write_new(place + '.tmp', read_file(wheel), 0o644)
    os.rename(place + '.tmp', place)
    sync_folder(folder)
