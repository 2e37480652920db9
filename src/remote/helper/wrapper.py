# What people's tools look for in a venv: hooks, .project, activate_this.py. What a person wrote or changed stays.
import collections
import hashlib
import os
import re

WRAPPER = '.venvoy-wrapper.json'
# '# venvoy 3f2a91c04d5e: written by a deploy.'
TAG = re.compile(br'^# venvoy ([0-9a-f]{12}): .*\n', re.M)
# Nobody keeps anything of their own in there; virtualenv brings one along.
OURS_ALWAYS = 'bin/activate_this.py'
OWN = ['.project', 'bin/preactivate', 'bin/postactivate', 'bin/predeactivate', 'bin/postdeactivate',
       'bin/get_env_details']


def write_wrapper():
    given = read_input()
    os.umask(0o022)
    home, name, venv = expand(given['home']), check_name(given['name']), expand(given['venv'])
    check_whole_venv(venv)
    folder = os.path.basename(os.path.dirname(venv))
    with build_lock(home, folder, name):
        put_wrapper(venv, given['wrapper'])
    emit('wrapper', kept=read_wrapper(venv)['kept'].split())


def fill_wrapper(home, venv, given):
    # In a venv that is being built: what a person has put into the one before comes along.
    before = os.path.realpath(os.path.join(home, given['name']))
    if is_built_by_us(os.path.realpath(home), before):
        written = read_wrapper(before)
        for path in OWN:
            data = read_file(os.path.join(before, path))
            if data is not None and not is_written_by_us(path, data, written):
                write_new(os.path.join(venv, path), data, os.stat(os.path.join(before, path)).st_mode & 0o777)
    put_wrapper(venv, given['wrapper'])


def put_wrapper(venv, wanted):
    # Each file is the old one or the new one at any moment; killed in between, the receipt still says what was before.
    written, kept = read_wrapper(venv), []
    for path in sorted(set(wanted['files']) | set(written['files'].split())):
        place = os.path.join(venv, path)
        data = read_file(place)
        file = wanted['files'].get(path)
        if file is not None and data == raw_bytes(file['text']):
            continue
        if data is not None and path != OURS_ALWAYS and not is_written_by_us(path, data, written):
            kept += [path] * (file is not None)
        elif file is not None:
            write_new(place + '.tmp', raw_bytes(file['text']), 0o755 if file['isProgram'] else 0o644)
            os.rename(place + '.tmp', place)
        else:
            remove_file(place)
    project = wanted['files'].get('.project', {'text': ''})['text'].strip()
    write_whole(os.path.join(venv, WRAPPER), one_line_json([
        ('v', 1), ('digest', wanted['digest']), ('files', ' '.join(sorted(wanted['files']))), ('kept', ' '.join(kept)),
        ('project', project)]) + b'\n')


def is_written_by_us(path, data, written):
    if path == '.project':
        return data.strip() == raw_bytes(written['project'])
    tag = TAG.search(data)
    rest = data[:tag.start()] + data[tag.end():] if tag else b''
    return bool(tag) and hashlib.sha256(rest).hexdigest()[:12].encode('ascii') == tag.group(1)


def read_wrapper(venv):
    found = collections.defaultdict(str)
    try:
        found.update(parse_json(read_file(os.path.join(venv, WRAPPER)) or b'{}'))
    except Failure:
        pass
    return found
