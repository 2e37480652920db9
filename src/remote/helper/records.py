# What a base holds, file by file, and whether that is what its packages say of themselves in their RECORDs.
import binascii
import csv
import os
import re

# b'#!/home/ann/venv/bin/python\n', or where that is too long or holds a blank, two lines of sh around it
SHEBANG = re.compile(b"#!/bin/sh\n'''exec' [^\n]*\n' '''\n|#![^\n]*\n")


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
    folder = os.path.relpath(site, base) + os.sep
    return [(os.path.normpath(folder + row[0]) if '..' in row[0] else folder + row[0],
             hex_digest(row[1] if len(row) > 1 else '')) for row in rows]


def settle_scripts(base):
    # pip 20 gives a wheel's scripts their first line, and leaves the hash of what was there before in RECORD.
    for site in site_folders(base):
        for entry in list_folder(site):
            path = os.path.join(site, entry, 'RECORD')
            lines = (read_file(path) or b'').splitlines()
            settled = [settled_line(site, line) for line in lines]
            if settled != lines:
                write_whole(path, b'\n'.join(settled) + b'\n')


def settled_line(site, line):
    # b'../../../bin/django-admin.py,sha256=OOv0QKYq...,115'
    path, _, rest = line.partition(b',sha256=')
    if not path.startswith(b'../') or b'/bin/' not in path:
        return line
    path = readable_name(path)
    data = read_file(os.path.join(site, path)) or b''
    before = b'#!python\n' + SHEBANG.sub(b'', data, 1)
    was_row = raw_bytes(row_of(path, before))
    return raw_bytes(row_of(path, data)) if was_row == line and data.startswith(b'#!') else line


def readable_name(name):
    return name if isinstance(name, str) else os.fsdecode(name)


def hex_digest(text):
    # 'sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'
    algorithm, _, value = text.partition('=')
    if algorithm != 'sha256':
        return None
    plain = value.replace('-', '+').replace('_', '/') + '=' * (-len(value) % 4)
    return binascii.hexlify(binascii.a2b_base64(plain.encode('ascii'))).decode('ascii')


def check_packages(base, contents, locked, bare):
    # What is wrong, a line each; and whose the files are. `bare`: those of the venv before anything was installed.
    packages = read_packages(base)
    owners = owners_of(packages)
    wrong = check_set([(name, version) for name, version, _ in packages], locked)
    wrong += wrong_files(contents, packages, owners)
    return wrong + strays(base, contents, owners, bare), owners


def wrong_files(contents, packages, owners):
    wrong = ['%s %s has no RECORD' % (name, version) for name, version, rows in packages if not rows]
    for path, claims in sorted(owners.items()):
        wrong += check_file(path, contents.get(path), claims)
    return wrong


def owners_of(packages):
    # path -> who claims it, with which digest.
    owners = {}
    for name, version, rows in packages:
        for path, digest in rows:
            owners.setdefault(path, []).append(('%s %s' % (name, version), digest))
    return owners


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
    # What two packages both claim is worth a warning: the one that pip installed last is the same everywhere.
    return ['%s: %s' % (path, ' and '.join(owner for owner, _ in claims))
            for path, claims in sorted(owners.items()) if len(set(claims)) > 1]
