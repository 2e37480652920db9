# File contents for the host's cache: those that it lacks are received and stored by their SHA-256.
import errno
import os
import re
import time

# 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
DIGEST = re.compile(r'[0-9a-f]{64}\Z')
PROGRESS_SECONDS = 0.2
# What was being received when a helper was killed, by the beginning of its name: how long it stays.
STALE_SECONDS = {'draft': 3600, 'part': 3 * 24 * 3600}
# In front of a content of which a part is here: only the rest of it follows. Anything else: all of it.
REST = b'+'


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
    remove_stale(cache)
    Receiving(cache, cache, blobs).receive(find_missing(cache, blobs))


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


def remove_stale(cache):
    # A living helper has written to its own within that time.
    for name in list_folder(cache):
        path = os.path.join(cache, name)
        longest = STALE_SECONDS.get(name.split('.')[0])
        if longest and os.stat(path).st_mtime < time.time() - longest:
            remove_file(path)


class Receiving(object):
    # Contents on their way into a cache. Of one that does not arrive whole, the part is kept in `folder`.
    def __init__(self, cache, folder, blobs):
        self.cache, self.folder, self.blobs = cache, folder, blobs

    def receive(self, missing):
        blobs = [self.blobs[index] for index in missing]
        self.begun = open_begun(self.folder, blobs)
        self.ask(missing)
        self.progress = Progress(sum(size for _, size in blobs))
        self.left = 0
        self.receive_all(blobs)
        self.progress.end()
        emit('received', files=len(missing), bytes=self.progress.received)

    def ask(self, missing):
        begun = [[index, self.begun[digest].size, self.begun[digest].found.hexdigest()]
                 for index, digest in ((index, self.blobs[index][0]) for index in missing) if digest in self.begun]
        emit('missing', indexes=missing, **({'begun': begun} if begun else {}))

    def receive_all(self, blobs):
        # After a failure the rest is still read: the next program follows on the same channel.
        failure = None
        for digest, size in blobs:
            self.left = size
            try:
                self.left -= self.held(digest)
                if failure is None:
                    self.receive_one(digest, size)
            except (Failure, OSError) as error:
                failure = failure or error
            while self.left and self.read():
                pass
        if failure is not None:
            raise failure

    def held(self, digest):
        # How much of it is not sent, because it is here.
        part = self.begun.get(digest)
        if part is None:
            return 0
        if read_exactly(1) != REST:
            part.begin_again()
        elif part.size:
            note('info', 'going on with a file of which %.1f MB had arrived' % (part.size / 1e6))
        self.progress.hold(part.size)
        return part.size

    def receive_one(self, digest, size):
        file = self.begun.get(digest) or open_arriving(self.folder, digest, size)
        try:
            while self.left:
                part = self.read()
                if not part:
                    raise file.cut_off()
                file.add(part)
            check_arrived(file, digest)
            file.put(blob_path(self.cache, digest))
        except (Failure, OSError) as error:
            file.give_up()
            if isinstance(error, OSError):
                error.filename = self.cache
            raise error

    def read(self):
        part = read_some(self.left)
        self.left -= len(part)
        self.progress.add(len(part))
        return part


def check_arrived(file, digest):
    found = file.found.hexdigest()
    if found != digest:
        raise Failure('a file arrived with another content than announced',
                      ['expected ' + digest, 'received ' + found],
                      'run again: a file of the project was changed while it was being sent')


class Progress(object):
    # How many bytes are here, told at most five times a second.
    def __init__(self, total):
        self.total, self.done, self.received, self.told = total, 0, 0, time.time()

    def hold(self, count):
        self.done += count

    def add(self, count):
        self.done += count
        self.received += count
        if time.time() - self.told >= PROGRESS_SECONDS:
            self.tell()

    def tell(self):
        self.told = time.time()
        emit('progress', done=self.done, total=self.total)

    def end(self):
        if self.total:
            self.tell()
