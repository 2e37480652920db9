# Wheels that this host has built of locked sdists: once for an interpreter, however many venvs want them.
import hashlib
import os

# Counts up when what is built would come out otherwise.
BUILT = '~/.cache/venvoy/built/1-'
WHEEL_RECEIPT = 'built.json'


def with_built(base, work, pip, given):
    # The packages as pip is to install them, and the folders where it finds those that were built: by the hashes of the
    # wheels, and no longer by those of their sources.
    packages, folders = [], []
    for package in given['locked']['packages']:
        if package[0] in given['locked'].get('sdists', []):
            place, digest = built_wheel(base, work, pip, given, package)
            folders.append(place)
            package = [package[0], package[1], [digest]]
        packages.append(package)
    return packages, folders


def built_wheel(base, work, pip, given, package):
    python = given['python']
    known = '\n'.join([python['real'], python['version'], python['stamp']] + sorted(package[2]))
    place = expand(BUILT) + hashlib.sha256(raw_bytes(known)).hexdigest()[:32]
    with Lock(place + '.lock', 'the wheel of %s' % package[0]):
        digest = whole_wheel(place)
        if digest is None:
            emit('phase', text='building %s %s' % (package[0], package[1]))
            digest = keep_wheel(place, build_wheel(base, work, pip, given, package))
    return place, digest


def whole_wheel(place):
    # The SHA-256 of the wheel; None where it is not there, or is not what was built.
    receipt = read_receipt(place, WHEEL_RECEIPT)
    data = receipt and read_file(os.path.join(place, receipt['wheel']))
    digest = data and hashlib.sha256(data).hexdigest()
    return digest if receipt and digest == receipt['sha256'] else None


def build_wheel(base, work, pip, given, package):
    # The same bytes whenever it is done: no times, and no paths of the build in what is compiled.
    name, folder = package[0], os.path.join(work, 'built')
    line = ' '.join([requirement(*package)] + ['--hash=sha256:' + digest for digest in package[2]])
    put_texts({'sdist.txt': line + '\n'}, work)
    call = pip_call(base, pip, 'wheel') + ['--no-deps', '--no-cache-dir', '--require-hashes', '--only-binary', ':all:']
    call += ['--no-binary', name, '-w', folder, '-r', os.path.join(work, 'sdist.txt')]
    env = pip_env(base, work, given)
    env['CFLAGS'] = (env.get('CFLAGS', '') + ' -g0').strip()
    remove_if_there(folder)
    code = run_installer(call, env, work, [line])
    wheels = [each for each in list_folder(folder) if each.endswith('.whl')] if code == 0 else []
    if len(wheels) != 1:
        raise Failure('pip could not build %s %s, which the lockfile has as an sdist only' % (name, package[1]),
                      ['pip %s; what it said stands above' % describe_end(code)],
                      'mend what the host misses to build it (a compiler, headers), or lock a version that has a '
                      'wheel; what was serving still does')
    return os.path.join(folder, wheels[0])


def keep_wheel(place, wheel):
    # The receipt comes last; what an earlier one left goes first, as pip looks at all that is there.
    make_folder(place)
    for name in list_folder(place):
        remove_file(os.path.join(place, name))
    data, name = read_file(wheel), os.path.basename(wheel)
    digest = hashlib.sha256(data).hexdigest()
    write_whole(os.path.join(place, name), data)
    write_whole(os.path.join(place, WHEEL_RECEIPT),
                one_line_json([('v', 1), ('wheel', name), ('sha256', digest)]) + b'\n')
    return digest
