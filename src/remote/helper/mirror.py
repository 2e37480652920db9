# The files of a commit, fetched by the host itself: by its own git, with its own access, into a mirror of its own.
import hashlib
import os
import subprocess

EVERYTHING = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
SEND = 'leave out `via: host`: then files are sent from where you deploy'


def fetch_files():
    os.umask(0o077)
    given = read_input()
    cache = expand(given['cache'])
    make_folder(cache)
    remove_stale(cache)
    missing = [entry for entry in given['files'] if file_size(blob_path(cache, check_digest(entry[1]))) != entry[2]]
    if missing:
        mirror = bring_commit(given)
        with BlobReader(mirror) as reader:
            ids = blob_ids(mirror, given['commit'], given['folder'])
            for path, digest, _ in missing:
                take_blob(cache, reader, ids.get(raw_bytes(path)), path, digest)
    emit('received', files=len(missing), bytes=sum(entry[2] for entry in missing))
    note('info', 'it has fetched %d of %d files by itself' % (len(missing), len(given['files'])))


def git(mirror, *arguments):
    return capture(['git', '--git-dir', mirror] + list(arguments), git_env())


def git_env():
    # Nobody is there to be asked. Other settings of this user's git and ssh hold.
    env = dict((key, value) for key, value in clean_env().items()
               if key not in ('GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE'))
    env.update(GIT_TERMINAL_PROMPT='0', LC_ALL='C')
    env.setdefault('GIT_SSH_COMMAND', 'ssh -o BatchMode=yes')
    return env


def bring_commit(given):
    address, commit = given['address'], given['commit']
    mirrors = expand(given['mirrors'])
    mirror = os.path.join(mirrors, hashlib.sha256(raw_bytes(address)).hexdigest()[:32])
    make_folder(mirrors)
    if capture(['git', '--version'], git_env())[0] == 127:
        raise Failure('this host has no git', ['it is to fetch %s by itself' % address], 'install it there, or ' + SEND)
    with Lock(mirror + '.lock', 'the mirror of %s' % address):
        make_mirror(mirror)
        if not has_commit(mirror, commit):
            emit('phase', text='fetching from %s' % address)
            fetch_commit(mirror, address, commit)
    return mirror


def make_mirror(mirror):
    if os.path.isdir(mirror):
        return
    draft = mirror + '.draft'
    remove_if_there(draft)
    code, output = capture(['git', 'init', '--quiet', '--bare', draft], git_env())
    if code != 0:
        raise Failure('git can make no mirror here', last_words(output))
    os.rename(draft, mirror)


def has_commit(mirror, commit):
    return git(mirror, 'cat-file', '-e', commit + '^{commit}')[0] == 0


def fetch_commit(mirror, address, commit):
    # All branches and tags first; a commit that is on none of them may be had alone.
    settings = ['-c', 'fetch.unpackLimit=1', '-c', 'gc.autoDetach=false']
    for refs in (EVERYTHING, [commit]):
        prune = ['--prune'] if refs is EVERYTHING else []
        arguments = settings + ['fetch', '--quiet', '--no-tags'] + prune + ['--', address] + refs
        output = git(mirror, *arguments)[1]
        if has_commit(mirror, commit):
            return
    raise Failure('this host cannot fetch commit %s from %s' % (commit[:7], address), last_words(output),
                  'on the host: git ls-remote %s   (or %s)' % (address, SEND))


def blob_ids(mirror, commit, folder):
    # By the bytes of their paths: '100644 blob 3f2a91c…\tapp.py'
    process = start(['git', '--git-dir', mirror, 'ls-tree', '-r', '-z', '--full-tree', '%s:%s' % (commit, folder)],
                    git_env(), '/', stdout=subprocess.PIPE)
    records = process.communicate()[0].split(b'\0')
    if process.returncode != 0:
        raise Failure('the mirror on this host cannot be read', [mirror], AGAIN)
    pairs = [record.split(b'\t', 1) for record in records if record]
    return dict((path, about.split()[2]) for about, path in pairs)


class BlobReader(object):
    # One git for all of them.
    def __init__(self, mirror):
        arguments = ['git', '--git-dir', mirror, 'cat-file', '--batch']
        self.process = subprocess.Popen(arguments, env=git_env(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def parts(self, blob):
        # '3f2a91c… blob 1234'
        self.process.stdin.write(blob + b'\n')
        self.process.stdin.flush()
        left = int(self.process.stdout.readline().split()[2])
        while left:
            part = self.process.stdout.read(min(left, CHUNK))
            if not part:
                raise Failure('git ended while it was read', [], AGAIN)
            left -= len(part)
            yield part
        self.process.stdout.read(1)


def take_blob(cache, reader, blob, path, digest):
    if blob is None:
        why = 'submodules come from repositories of their own'
        raise Failure('"%s" is not in that commit on this host' % path, [why], SEND)
    draft = os.path.join(cache, 'draft.%d' % os.getpid())
    found = hashlib.sha256()
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for part in reader.parts(blob):
            found.update(part)
            write_all(fd, part)
        if found.hexdigest() != digest:
            raise Failure('"%s" is something else in git on this host' % path,
                          ['expected ' + digest, 'found ' + found.hexdigest(), 'Git LFS keeps files elsewhere'], SEND)
        make_folder(os.path.join(cache, digest[:2]))
        os.rename(draft, blob_path(cache, digest))
    except (Failure, OSError):
        remove_file(draft)
        raise
    finally:
        os.close(fd)
