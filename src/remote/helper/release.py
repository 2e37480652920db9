# Releases of an instance: <to>/releases/<n>/{tree, venv, release.json}, and `current`, the link that says which serves.
import collections
import hashlib
import os
import re

# 'releases/12'
RELEASE_LINK = re.compile(r'releases/([0-9]+)\Z')


def marker_of(to):
    return os.path.join(to, '.venvoy')


def release_path(to, number):
    return os.path.join(to, 'releases', '%d' % number)


def state_lock(to):
    return Lock(os.path.join(marker_of(to), 'state.lock'), 'the state of %s' % to)


def read_generation(to):
    text = read_file(os.path.join(marker_of(to), 'generation'))
    return 0 if text is None else int(text)


def write_generation(to, generation):
    write_whole(os.path.join(marker_of(to), 'generation'), b'%d\n' % generation)


def check_generation(to, planned):
    found = read_generation(to)
    if found != planned:
        why = '%s: generation %d, planned for %d' % (to, found, planned)
        raise Failure('the state has moved since the plan', [why], 'plan again')


def check_ours(to):
    # Nothing without our marker is ever touched.
    if os.path.isdir(marker_of(to)) or not os.path.lexists(to):
        return
    if not os.path.isdir(to) or list_folder(to):
        raise Failure("%s exists and is not an instance of venvoy's" % to,
                      ['it has no folder .venvoy, and it is not empty'],
                      'choose another deploy.to, or give this one to venvoy: mkdir %s' % quote(marker_of(to)))


def current_number(to):
    # None where nothing serves yet. Anything but a link to a release is a failure: it is somebody else's.
    path = os.path.join(to, 'current')
    target = read_link(path)
    match = RELEASE_LINK.match(target) if target is not None else None
    if match:
        return int(match.group(1))
    if not os.path.lexists(path):
        return None
    kind = 'a link to ' + target if target is not None else 'a folder' if os.path.isdir(path) else 'a file'
    raise Failure('%s is not a link to a release' % path, ['it is %s' % kind],
                  'move it away, and deploy again: ' + move_away(path))


def create_release():
    os.umask(0o022)
    given = read_input()
    to, number, venv = expand(given['to']), given['number'], expand(given['venv'])
    check_ours(to)
    make_folder(marker_of(to))

    entries = entries_of(given['tree'])

    def fill(tree):
        put_tree(dict(given['tree'], entries=entries), tree, ReleaseFiles(to, given.get('writable', False)).put)
        links = set(entry['path'] for entry in entries if 'target' in entry)
        put_templates(given.get('templates', []), tree, links)
        put_bytes(os.path.join(os.path.dirname(tree), MANIFEST), tree_records(entries), 0o444)
        share(to, tree, given.get('shared', []))
        put_settings(os.path.dirname(tree), given)
        put_run(to, raw_bytes(given['run']))

    check_units(to, parse_json(raw_bytes(given['units']))['services'])
    check_wrappers(to, parse_json(raw_bytes(given.get('wrappers', '[]'))))
    make_release(to, given, venv, fill, lambda: release_receipt(to, given, number, venv))


def make_release(to, given, venv, fill, receipt):
    # `fill` makes its tree.
    number = given['number']
    with state_lock(to):
        check_generation(to, given['generation'])
        check_whole_venv(venv)
        path = release_path(to, number)
        check_free(to, number, path)
        remove_if_there(path)
        make_folder(path)
        fill(os.path.join(path, 'tree'))
        os.symlink(venv, os.path.join(path, 'venv'))
        # Until the first switch to it: what never served is not what a rollback means.
        put_bytes(os.path.join(path, 'unserved'), b'', 0o644)
        sync_content(path)
        write_whole(os.path.join(path, 'release.json'), receipt())
        sync_folder(os.path.dirname(path))
    emit('release', path=path)


def tree_records(entries):
    # The text whose SHA-256 is the digest of the tree: `f 47de… main.py`, `x …`, `l …`, with a NUL behind each.
    records = []
    for entry in entries:
        path = raw_bytes(entry['path'])
        if 'target' in entry:
            kind, digest = b'l', hashlib.sha256(raw_bytes(entry['target'])).hexdigest()
        else:
            kind, digest = b'x' if entry['executable'] else b'f', check_digest(entry['digest'])
        records.append(b' '.join([kind, digest.encode('ascii'), path]) + b'\0')
    return b''.join(records)


def manifest_rows(data):
    # (kind, digest, path) of what `tree_records` wrote.
    rows = [row.split(b' ', 2) for row in data.split(b'\0')[:-1]]
    return [(kind.decode('ascii'), digest.decode('ascii'), native_name(path)) for kind, digest, path in rows]


def entries_of(tree):
    # Of a tree that was sent: its list is a content like its files, and so is where a link leads.
    if 'entries' in tree:
        return tree['entries']
    cache, entries = expand(tree['cache']), []
    for kind, digest, path in manifest_rows(read_blob(cache, tree['digest'], 'the list of the files')):
        if kind == 'l':
            entries.append({'path': path, 'target': native_name(read_blob(cache, digest, 'the link "%s"' % path))})
        else:
            entries.append({'path': path, 'digest': digest, 'executable': kind == 'x'})
    return entries


def put_settings(path, given):
    # The texts are for nobody else: they hold secrets.
    texts = given['texts']
    write_new(os.path.join(path, 'env'), raw_bytes(texts['env']), 0o600)
    make_folder(os.path.join(path, 'services'))
    for name, text in texts['services'].items():
        write_new(os.path.join(path, 'services', check_name(name)), raw_bytes(text), 0o600)
    if 'crontab' in given:
        make_folder(os.path.join(path, 'cron'))
        for name, text in texts['cron'].items():
            write_new(os.path.join(path, 'cron', check_name(name)), raw_bytes(text), 0o600)
        write_new(os.path.join(path, 'crontab'), raw_bytes(given['crontab']), 0o644)
    if 'wrappers' in given:
        make_folder(os.path.join(path, 'wrappers'))
        for name, text in texts['wrappers'].items():
            write_new(os.path.join(path, 'wrappers', check_name(name)), raw_bytes(text), 0o600)
        write_new(os.path.join(path, 'wrappers.json'), raw_bytes(given['wrappers']) + b'\n', 0o644)
    write_new(os.path.join(path, 'services.json'), raw_bytes(given['units']) + b'\n', 0o644)
    write_new(os.path.join(path, 'settings.json'), raw_bytes(given['settings']) + b'\n', 0o644)


def put_run(to, text):
    path = os.path.join(to, 'run')
    if read_file(path) != text:
        write_new(path + '.tmp', text, 0o755)
        os.rename(path + '.tmp', path)


def check_free(to, number, path):
    if os.path.lexists(os.path.join(path, 'release.json')) or current_number(to) == number:
        raise Failure('release %d exists already' % number, [path], 'plan again')


def release_receipt(to, sources, number, venv):
    given = sources['receipt']
    fields = [('v', 1), ('number', number), ('revision', given['revision'])]
    if 'commit' in given:
        fields.append(('commit', given['commit']))
    fields += [('digest', given['digest']), ('venv', venv), ('fingerprint', given['fingerprint'])]
    fields += [('shared', sources['shared'])] if sources.get('shared') else []
    if 'env' in sources:
        fields.append(('env', collections.OrderedDict(keyed_digests(to, sources['env']))))
    if sources.get('templates'):
        fields.append(('templates', collections.OrderedDict(template_digests(to, sources['templates']))))
    fields += [(name, True) for name, key in (('cron', 'crontab'), ('wrappers', 'wrappers')) if key in sources]
    fields += [('created', now_text(None)), ('by', given['by'])]
    return one_line_json(fields) + b'\n'


def switch():
    # All that can fail comes first. The generation is counted up before the link is turned: killed in between, plans
    # made before are refused although nothing moved, which costs a plan; the other way round an outdated plan would
    # look fresh. The link in the home comes last: it is the same for all releases, and the next switch puts it there.
    given = read_input()
    to, number, home, name = expand(given['to']), given['number'], expand(given['home']), check_name(given['name'])
    check_ours(to)
    check_whole_release(to, number)
    with state_lock(to), home_lock(home, name):
        check_generation(to, given['generation'])
        previous = current_number(to)
        check_home_entry(home, name)
        link = HomeLink(home, name, to + INSTANCE_END)
        link.prepare()
        note_switch(to, given, previous, number)
        remove_file(os.path.join(release_path(to, number), 'unserved'))
        mark_left(to, previous, number, is_way_back(given.get('how'), previous, number))
        mark_unsettled(to, number)
        write_generation(to, given['generation'] + 1)
        put_link('releases/%d' % number, os.path.join(to, 'current'), os.path.join(marker_of(to), 'next'))
        link.put()
    emit('switched', **{'from': previous, 'to': number})


def check_whole_release(to, number):
    check_release_receipt(to, number)
    check_whole_venv(os.path.join(release_path(to, number), 'venv'))


def check_release_receipt(to, number):
    if not os.path.isfile(os.path.join(release_path(to, number), 'release.json')):
        why = '%s has no release.json' % release_path(to, number)
        raise Failure('release %d is not whole' % number, [why], 'deploy again')


def is_way_back(how, previous, number):
    # `rollback --to` may lead forward again: what that leaves is not meant to be passed over.
    return how == 'venv-rollback' or (how == 'rollback' and previous is not None and previous > number)


def mark_left(to, previous, number, is_left):
    # What was rolled back from is not what a later rollback means. Killed in between, a mark too many or too few is
    # left, and it only says which release is chosen where none is named.
    remove_file(os.path.join(release_path(to, number), 'left'))
    if is_left and previous not in (None, number):
        write_new(os.path.join(release_path(to, previous), 'left'), b'', 0o644)


def mark_unsettled(to, number):
    # Until what follows a switch has come to its end. A deploy of what serves has something to do as long as it stands.
    write_new(os.path.join(marker_of(to), 'unsettled'), b'%d\n' % number, 0o644)
