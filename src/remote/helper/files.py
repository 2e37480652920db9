# File contents for the host's cache: those that it lacks are received and stored by their SHA-256.
import errno
import hashlib
import os
import re
import time

# 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
DIGEST = re.compile(r'[0-9a-f]{64}\Z')
PROGRESS_SECONDS = 0.2
STALE_SECONDS = 3600


def check_digest(digest):
    if not DIGEST.match(digest):
        raise Failure('"%s" is not a SHA-256' % digest)
    return digest


def blob_path(cache, digest):
    return os.path.join(cache, digest[:2], digest)


def receive_files():
    # An input that this cannot make sense of is a fault of the sender's, who then must not go on sending.
    os.umask(0o077)
    header = parse_json(read_exactly(header_length(read_exactly(8))))
    cache = expand(header['cache'])
    blobs = [(check_digest(digest), int(size)) for digest, size in header['blobs']]
    make_folder(cache)
    remove_stale_drafts(cache)
    missing = find_missing(cache, blobs)
    emit('missing', indexes=missing)
    progress = Progress(sum(blobs[index][1] for index in missing))
    receive_all(cache, [blobs[index] for index in missing], progress)
    emit('received', files=len(missing), bytes=progress.done)


def header_length(digits):
    try:
        return int(digits, 16)
    except ValueError:
        raise Failure('the input of the helper does not begin with a length', [], FAULT)


def find_missing(cache, blobs):
    # The content is verified when it is used, here the size must do. A digest that is named twice is asked for once.
    missing, seen = [], set()
    for index, (digest, size) in enumerate(blobs):
        if digest not in seen and file_size(blob_path(cache, digest)) != size:
            missing.append(index)
        seen.add(digest)
    return missing


def file_size(path):
    try:
        return os.stat(path).st_size
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise
        return None


def remove_stale_drafts(cache):
    # A killed helper leaves its draft; a living one has written to its own within the hour.
    for name in list_folder(cache):
        path = os.path.join(cache, name)
        if name.startswith('draft.') and os.stat(path).st_mtime < time.time() - STALE_SECONDS:
            remove_file(path)


def receive_all(cache, blobs, progress):
    # After a failure the rest is still read: the next program follows on the same channel.
    for position, (digest, size) in enumerate(blobs):
        try:
            receive_one(cache, digest, size, progress)
        except (Failure, OSError) as error:
            failure = error
            break
    else:
        return progress.end()
    while progress.left():
        part = read_some(progress.left())
        if not part:
            break
        progress.add(len(part))
    raise failure


def receive_one(cache, digest, size, progress):
    draft = os.path.join(cache, 'draft.%d' % os.getpid())
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        found = copy_input(fd, size, progress)
        if found != digest:
            raise Failure('a file arrived with another content than announced',
                          ['expected ' + digest, 'received ' + found],
                          'run again: a file of the project was changed while it was being sent')
        make_folder(os.path.join(cache, digest[:2]))
        os.rename(draft, blob_path(cache, digest))
    except (Failure, OSError) as error:
        remove_file(draft)
        if isinstance(error, OSError):
            error.filename = cache
        raise error
    finally:
        os.close(fd)


def copy_input(fd, size, progress):
    found = hashlib.sha256()
    while size:
        part = read_some(size)
        if not part:
            raise lost_connection()
        size -= len(part)
        progress.add(len(part))
        found.update(part)
        write_all(fd, part)
    return found.hexdigest()


class Progress(object):
    # How many bytes have been read, told at most five times a second.
    def __init__(self, total):
        self.total, self.done, self.told = total, 0, time.time()

    def add(self, count):
        self.done += count
        if time.time() - self.told >= PROGRESS_SECONDS:
            self.tell()

    def left(self):
        return self.total - self.done

    def tell(self):
        self.told = time.time()
        emit('progress', done=self.done, total=self.total)

    def end(self):
        if self.total:
            self.tell()
