# Files of this host, sent to the control side: events, and the bytes of a file between them.
import glob
import os
import stat


def send_files(job):
    path = job['path']
    places = sorted(glob.glob(path)) if job['glob'] else [path]
    if not places or look(places[0]) is None:
        if not job['check']:
            raise Failure('there is nothing at %s' % path)
        show(['%s is not there yet' % path])
        return True
    files = []
    for place in places:
        files.extend(files_below(place, os.path.basename(place) if job['glob'] else '', job))
    emit('begin', files=len(files), bytes=sum(os.stat(file).st_size for file, _ in files))
    return bool([name for file, name in files if send_file(file, name, job)])


def files_below(place, name, job):
    if stat.S_ISREG(os.stat(place).st_mode):
        return [(place, name)]
    if not os.path.isdir(place):
        raise Failure('%s is neither a file nor a folder' % place)
    found = []
    for folder, folders, files in os.walk(place):
        relative = os.path.relpath(folder, place)
        inner = lambda each: each if relative == '.' else os.path.join(relative, each)
        folders[:] = sorted(each for each in folders if not is_excluded(inner(each), job['exclude']))
        for each in sorted(files):
            if not is_excluded(inner(each), job['exclude']) and is_file(os.path.join(folder, each)):
                found.append((os.path.join(folder, each), os.path.join(name, inner(each)) if name else inner(each)))
    return found


def is_file(path):
    # A link counts as what it leads to. Sockets and the like are passed over.
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def send_file(path, name, job):
    if u'\ufffd' in readable(name):
        raise Failure('the name of %s is not UTF-8' % path, [], 'rename it, or exclude it')
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        found = os.fstat(fd)
        same = name in job['have'] and digest_of(path) == job['have'][name]
        emit('file', path=name, size=found.st_size, executable=bool(found.st_mode & 0o100), same=same)
        if job['check'] and not same:
            show(['fetch ' + path])
        if same or job['check']:
            return not same
        for part in iter(lambda: os.read(fd, CHUNK), b''):
            emit('bytes', count=len(part))
            write_all(1, part)
        emit('end')
    finally:
        os.close(fd)
    return True
