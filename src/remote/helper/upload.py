# Files of the control side, put to their places on this host.
import collections
import itertools
import os
import stat


def place_upload(job):
    base, entries, contents = job['path'], job['entries'], job['contents']
    links = set(entry['path'] for entry in entries if 'target' in entry)
    check_entries([entry for entry in entries if entry['path']], links)
    wrong = [entry for entry in entries if not is_right(base, entry, job)]
    extra = extra_paths(base, job) if job['delete'] else []
    if job['check']:
        show(['write ' + place_of(base, entry) for entry in wrong] + ['remove ' + path for path in extra])
    else:
        put_entries(base, wrong, job, contents)
        for path in extra:
            remove_extra(path)
        contents.drop()
    return bool(wrong or extra)


def place_of(base, entry):
    return os.path.join(base, entry['path']) if entry['path'] else base


def wanted_of(found, entry, job):
    # Who may read it stays as it is; whether it can be executed comes along.
    attributes = Attributes(job)
    mode, uid, gid = attributes.wanted(found, 0o755 if entry['executable'] else 0o644)
    if attributes.mode is None:
        mode = mode | (mode & 0o444) >> 2 if entry['executable'] else mode & ~0o111
    return mode, uid, gid


def is_right(base, entry, job):
    path = place_of(base, entry)
    found = look(path)
    if found is not None and stat.S_ISDIR(found.st_mode):
        raise folder_there(path) if 'digest' in entry else Failure('%s is a folder, and a link is wanted there' % path)
    if found is None:
        return False
    if 'target' in entry:
        return read_link(path) == entry['target']
    return has_content(path, entry) and is_settled(found, wanted_of(found, entry, job))


def has_content(path, entry):
    found = look(path)
    if found is None or not stat.S_ISREG(found.st_mode) or found.st_size != entry['size']:
        return False
    try:
        return digest_of(path) == entry['digest']
    except (IOError, OSError):
        return False


def put_entries(base, entries, job, contents):
    for entry in entries:
        make_folders(os.path.dirname(place_of(base, entry)), job)
    links = [entry for entry in entries if 'target' in entry]
    files = [entry for entry in entries if 'target' not in entry]
    times = collections.Counter(entry['digest'] for entry in files)
    with Drafts(len(files) > 4) as drafts:
        for entry in files:
            put_file(drafts, place_of(base, entry), entry, job, contents, times[entry['digest']] == 1)
        drafts.place()
    for entry in links:
        path = place_of(base, entry)
        put_link(entry['target'], path, '%s.venvoy-%d' % (path, os.getpid()))


def put_file(drafts, path, entry, job, contents, is_only):
    found = look(path)
    wanted = wanted_of(found if found is not None and stat.S_ISREG(found.st_mode) else None, entry, job)
    if has_content(path, entry):
        settle_path(path, wanted)
    elif not (is_only and take_file(drafts, path, entry, wanted, contents)):
        drafts.add(path, verified(contents.parts(entry['digest']), entry['digest'], path), wanted)


def take_file(drafts, path, entry, wanted, contents):
    # Of many, to create each a second time and to remove the first takes most of the time.
    file = contents.whole(entry['digest'])
    return file is not None and drafts.take(path, file, wanted)


def make_folders(path, job):
    # New ones belong to whom the files belong.
    missing = []
    while not os.path.isdir(path):
        missing.append(path)
        path = os.path.dirname(path)
    for each in reversed(missing):
        os.mkdir(each)
        owner = {'owner': job.get('owner')}
        settle_path(each, Attributes(owner).wanted(None, 0o777))


def extra_paths(base, job):
    # What is in the folders that were sent, but was not sent. What is excluded here is not looked at there.
    kept = set(place_of(base, entry) for entry in job['entries'])
    extra = []
    for root in [os.path.join(base, root) if root else base for root in job['roots']]:
        assert_expendable(root, job['home'])
        extra.extend(extra_below(root, '', kept, job['exclude']))
    return extra


def extra_below(root, relative, kept, exclude):
    folder = os.path.join(root, relative) if relative else root
    for name in list_folder(folder):
        inner = relative + '/' + name if relative else name
        path = os.path.join(root, inner)
        if is_excluded(inner, exclude) or name.startswith('.venvoy-draft.'):
            continue
        if stat.S_ISDIR(os.lstat(path).st_mode):
            for each in extra_below(root, inner, kept, exclude):
                yield each
            if not any(each.startswith(path + '/') for each in kept):
                yield path
        elif path not in kept:
            yield path


def remove_extra(path):
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        return os.unlink(path)
    # What is excluded may still be in it.
    if not os.listdir(path):
        os.rmdir(path)


def receive_uploads():
    # Before the steps of a program: what they will want and neither its place nor what was left here has.
    os.umask(0o077)
    header = parse_json(read_exactly(header_length(read_exactly(8))))
    folder = expand(UPLOADS)
    make_folder(folder)
    sweep_claims(folder)
    cache = os.path.join(folder, check_name(header['claim']))
    make_folder(cache)
    lacking = set()
    for number, job in enumerate(header['jobs']):
        # The step itself need not be told again.
        write_new(stored_job(cache, number), one_line_json({'entries': job['entries']}), 0o600)
        lacking.update(lacks_of(job))
    sizes = collections.OrderedDict()
    for entry in itertools.chain(*[job['entries'] for job in header['jobs']]):
        if 'digest' in entry:
            sizes.setdefault(check_digest(entry['digest']), int(entry['size']))
    blobs = list(sizes.items())
    claims = [os.path.join(folder, name) for name in list_folder(folder)]
    missing = [index for index, (digest, size) in enumerate(blobs)
               if digest in lacking and not take_over(claims, cache, digest, size)]
    # Claims are each their own; what arrived in part is for all of them.
    parts = os.path.join(folder, 'parts')
    make_folder(parts)
    remove_stale(parts)
    Receiving(cache, parts, blobs).receive(missing)


def take_over(claims, cache, digest, size):
    path = claimed(claims, digest, size)
    if path is None:
        return False
    make_folder(os.path.dirname(blob_path(cache, digest)))
    try:
        os.link(path, blob_path(cache, digest))
    except OSError:
        return False
    return True


def lacks_of(job):
    # What cannot be looked at counts as lacking: the step itself says what is wrong.
    try:
        return by_whom('lacks', located(job))
    except (Failure, IOError, OSError):
        return [entry['digest'] for entry in job['entries'] if 'digest' in entry]


def lacking_digests(job):
    return [entry['digest'] for entry in job['entries']
            if 'digest' in entry and not has_content(place_of(job['path'], entry), entry)]
