# Where the contents of an upload are taken from, each by its digest and verified on its way.
import base64
import hashlib
import os
import shutil
import time

UPLOADS = '~/.cache/venvoy/uploads'
CLAIM_SECONDS = 24 * 3600


class OwnContents(object):
    # What came with the step, or is in the folder that a step before it filled.
    def __init__(self, job):
        self.inline = job.get('inline') or {}
        self.folder = os.path.join(expand(UPLOADS), check_name(job['claim'])) if job.get('claim') else None
        self.keep = job.get('keep', False)

    def entries(self, number):
        stored = read_file(stored_job(self.folder, number))
        if stored is None:
            raise Failure('what was sent for this step is no longer there', ['missing: ' + self.folder], AGAIN)
        return parse_json(stored)['entries']

    def size(self, digest):
        return len(self.data(digest)) if digest in self.inline else file_size(self.path(digest))

    def data(self, digest):
        return base64.b64decode(raw_bytes(self.inline[digest]))

    def path(self, digest):
        return blob_path(self.folder or '/', check_digest(digest))

    def parts(self, digest):
        if digest in self.inline:
            yield self.data(digest)
            return
        try:
            fd = os.open(self.path(digest), os.O_RDONLY)
        except OSError:
            raise Failure('the content of a file is no longer there', ['missing: ' + self.path(digest)], AGAIN)
        try:
            for part in iter(lambda: os.read(fd, CHUNK), b''):
                yield part
        finally:
            os.close(fd)

    def whole(self, digest):
        # The path of a verified file that nobody will ask for again, if it is one.
        if digest in self.inline or self.folder is None or self.keep:
            return None
        path = self.path(digest)
        try:
            return path if digest_of(path) == digest else None
        except (IOError, OSError):
            return None

    def drop(self):
        if self.folder is not None and not self.keep:
            shutil.rmtree(self.folder, True)


class AskedContents(object):
    # Another user's: asked of the one who logged in, over the pipes.
    def parts(self, digest):
        emit('want', digest=digest)
        left = read_length()
        while left:
            part = read_some(left)
            if not part:
                raise Failure('the content of a file is no longer there', [], AGAIN)
            left -= len(part)
            yield part

    def whole(self, _):
        return None

    def drop(self):
        pass


def stored_job(folder, number):
    return os.path.join(folder, 'job.%d' % number)


def read_length():
    return int(read_exactly(16), 16)


def verified(parts, digest, path):
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
        yield part
    if found.hexdigest() != digest:
        raise Failure('%s would have got another content than it was to have' % path, ['expected ' + digest], AGAIN)


def digest_of(path):
    found = hashlib.sha256()
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        for part in iter(lambda: os.read(fd, CHUNK), b''):
            found.update(part)
    finally:
        os.close(fd)
    return found.hexdigest()


def sweep_claims(folder):
    # What a step that never ran has left. A claim that is in use is younger.
    for name in list_folder(folder):
        path = os.path.join(folder, name)
        if os.lstat(path).st_mtime < time.time() - CLAIM_SECONDS:
            shutil.rmtree(path, True)


def claimed(claims, digest, size):
    # The same content among what earlier uploads have left.
    paths = [blob_path(claim, digest) for claim in claims]
    return next((path for path in paths if file_size(path) == size), None)
