# What a release was made with, told apart without being known: digests by a salt that only the user can read.
import binascii
import hashlib
import hmac
import os


def keyed_digests(to, values):
    salt = read_salt(to)
    return [(name, keyed_digest(salt, name, values[name])) for name in sorted(values)]


def keyed_digest(salt, name, value):
    data = raw_bytes(name) + b'\0' + raw_bytes(value)
    return hmac.new(salt, data, hashlib.sha256).hexdigest()[:16]


def read_salt(to):
    # Made once. Where it is lost, all values of earlier releases look changed, which costs a release.
    path = os.path.join(marker_of(to), 'salt')
    found = (read_file(path) or b'').strip()
    if not found:
        found = binascii.hexlify(os.urandom(16))
        write_new(path + '.tmp', found + b'\n', 0o600)
        os.rename(path + '.tmp', path)
        sync_folder(marker_of(to))
    return found
