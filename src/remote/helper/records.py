# What a base holds, file by file, and whether that is what its packages say of themselves in their RECORDs.
import base64
import binascii
import csv
import hashlib
import json
import os
import stat


def read_contents(base):
    # path -> (mode, SHA-256), or ('link', target); what we write about the base itself is left out.
    found = {}
    for folder, folders, files in os.walk(base):
        for name in folders + files:
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                found[os.path.relpath(path, base)] = ('link', os.readlink(path))
            elif stat.S_ISREG(mode):
                found[os.path.relpath(path, base)] = ('%o' % (mode & 0o777), file_digest(path))
    for name in (RECEIPT, MANIFEST, RECEIPT + '.tmp', MANIFEST + '.tmp'):
        found.pop(name, None)
    return found


def file_digest(path):
    found = hashlib.sha256()
    with open(path, 'rb') as file:
        for part in iter(lambda: file.read(1024 * 1024), b''):
            found.update(part)
    return found.hexdigest()


def manifest_of(contents):
    # A JSON list in each line, sorted by path.
    return b''.join(one_line_json_list((path,) + contents[path]) + b'\n' for path in sorted(contents, key=raw_bytes))


def one_line_json_list(items):
    return json.dumps(convert(list(items), readable), separators=(',', ':')).encode('ascii')


def content_digest(contents):
    # Without compiled files: before Python 3.11 the same source does not always give the same bytes.
    kept = dict((path, entry) for path, entry in contents.items() if not path.endswith(('.pyc', '.pyo')))
    return hashlib.sha256(manifest_of(kept)).hexdigest()


def read_packages(base):
    # (name, version, rows of its RECORD) of all that is installed.
    found = []
    for site in site_folders(base):
        for entry in list_folder(site):
            metadata = metadata_of(os.path.join(site, entry))
            if metadata is not None:
                fields = dict(reversed(FIELD.findall(metadata.split('\n\n')[0])))
                rows = record_rows(base, site, os.path.join(site, entry, 'RECORD'))
                found.append((normal_name(fields.get('Name', entry)), fields.get('Version', ''), rows))
    return found


def record_rows(base, site, path):
    # [(path in the base, SHA-256 or None)]
    data = read_file(path)
    if data is None:
        return []
    text = data if isinstance(data, str) else os.fsdecode(data)
    rows = [row for row in csv.reader(text.splitlines()) if row]
    return [(os.path.relpath(os.path.join(site, row[0]), base), hex_digest(row[1] if len(row) > 1 else ''))
            for row in rows]


def hex_digest(text):
    # 'sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'
    algorithm, _, value = text.partition('=')
    if algorithm != 'sha256':
        return None
    return binascii.hexlify(base64.urlsafe_b64decode((value + '=' * (-len(value) % 4)).encode('ascii'))).decode('ascii')


def check_packages(base, contents, locked, bare):
    # What is wrong, a line each; and what two packages both claim, which is a warning: the one that pip installed last
    # is the same everywhere. `bare`: the files of the venv before anything was installed.
    wrong, owners = [], {}
    packages = read_packages(base)
    wrong += check_set([(name, version) for name, version, _ in packages], locked)
    for name, version, rows in packages:
        if not rows:
            wrong.append('%s %s has no RECORD' % (name, version))
        for path, digest in rows:
            owners.setdefault(path, []).append(('%s %s' % (name, version), digest))
    for path, claims in sorted(owners.items()):
        wrong += check_file(path, contents.get(path), claims)
    return wrong + strays(base, contents, owners, bare), shared_files(owners)


def check_set(found, locked):
    # What comes from an address may be locked without a version.
    versions = dict(found)
    wanted = [(normal_name(package[0]), package[1] or versions.get(normal_name(package[0]), ''))
              for package in locked['packages']]
    lines = ['%s %s is installed, but not locked' % pair for pair in sorted(set(found) - set(wanted))]
    lines += ['%s %s is locked, but not installed' % pair for pair in sorted(set(wanted) - set(found))]
    return lines + ['%s %s is installed twice' % pair for pair in sorted(set(found)) if found.count(pair) > 1]


def check_file(path, entry, claims):
    owner = claims[0][0]
    if entry is None:
        # Of compiled files it is enough that their sources are there.
        return [] if path.endswith('.pyc') else ['%s of %s is missing' % (path, owner)]
    digests = [digest for _, digest in claims if digest is not None]
    if digests and entry[1] not in digests:
        return ['%s of %s is not what its RECORD says' % (path, owner)]
    return []


def strays(base, contents, owners, bare):
    sites = [os.path.relpath(site, base) + os.sep for site in site_folders(base)]
    return ['%s belongs to no package' % path for path in sorted(contents)
            if path not in owners and path not in bare and path.startswith(tuple(sites))
            and not is_compiled(path, owners)]


def is_compiled(path, owners):
    # 'a/__pycache__/b.cpython-311.pyc' of 'a/b.py', or 'a/b.pyc' (Python 2).
    folder, name = os.path.split(path)
    if not name.endswith(('.pyc', '.pyo')):
        return False
    if os.path.basename(folder) == '__pycache__':
        return os.path.join(os.path.dirname(folder), name.split('.')[0] + '.py') in owners
    return path[:-1] in owners


def shared_files(owners):
    return ['%s: %s' % (path, ' and '.join(owner for owner, _ in claims))
            for path, claims in sorted(owners.items()) if len(set(claims)) > 1]
