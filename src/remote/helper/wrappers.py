# Programs outside of the releases that lead into an instance. A list says which files these are: a line `DIGEST PATH`
# for each.
import hashlib
import os


def wrappers_list(to):
    return os.path.join(marker_of(to), 'wrappers')


def read_wrappers(to):
    lines = (read_file(wrappers_list(to)) or b'').splitlines()
    return [tuple(line.split(b' ', 1)) for line in lines if b' ' in line]


def write_list(to, written):
    # Before files are written and after they are removed: there is never one that nobody knows of.
    if written:
        write_whole(wrappers_list(to), b''.join(digest + b' ' + path + b'\n' for digest, path in written))
    else:
        remove_file(wrappers_list(to))


def wrapper_texts(release, listed):
    # By their paths. A script has its first line replaced, or gets one.
    return [(raw_bytes(expand(each['path'])), wrapper_text(release, each)) for each in listed]


def wrapper_text(release, each):
    if 'text' in each:
        return raw_bytes(each['text'])
    script = os.path.join(release, 'tree', each['script'])
    text = read_file(script)
    if text is None:
        raise Failure('a wrapper is to be made of %s, which is not there' % script)
    return raw_bytes(each['bang']) + b'\n' + (text.partition(b'\n')[2] if text.startswith(b'#!') else text)


def listed_in(release):
    data = read_file(os.path.join(release, 'wrappers.json'))
    return [] if data is None else parse_json(data)


def check_wrappers(to, listed):
    # Before anything is changed: no file is somebody else's, and each can be written.
    ours = [path for _, path in read_wrappers(to)]
    for each in listed:
        path = raw_bytes(expand(each['path']))
        if os.path.lexists(path) and path not in ours:
            raise Failure("%s exists and is not this instance's" % native_text(path), [],
                          'give the wrapper another path, or move that one away: ' + move_away(native_text(path)))
        folder = os.path.dirname(path)
        while not os.path.lexists(folder):
            folder = os.path.dirname(folder)
        if not os.path.isdir(folder) or not os.access(folder, os.W_OK):
            raise Failure('the wrapper %s cannot be written' % native_text(path),
                          ['%s is no folder that this user may write to' % native_text(folder)],
                          'give it another path: ~/bin, for instance')


def write_wrappers():
    to = expand(read_input()['to'])
    check_ours(to)
    number = current_number(to)
    release = None if number is None else release_path(to, number)
    listed = [] if release is None else listed_in(release)
    check_wrappers(to, listed)
    before, texts = read_wrappers(to), [] if release is None else wrapper_texts(release, listed)
    wanted = [(text_digest(text), path) for path, text in texts]
    write_list(to, before + [each for each in wanted if each not in before])
    remove_wrapper_files(to, [each for each in before if each[1] not in dict(texts)])
    for path, text in texts:
        put_wrapper(path, text)
    write_list(to, wanted)


def put_wrapper(path, text):
    if read_file(path) == text and os.access(path, os.X_OK):
        return
    make_folder(os.path.dirname(path))
    draft = path + b'.venvoy-tmp'
    write_new(draft, text, 0o755)
    os.chmod(draft, 0o755)
    os.rename(draft, path)


def remove_wrappers(to):
    remove_wrapper_files(to, read_wrappers(to))
    write_list(to, [])


def remove_wrapper_files(to, written):
    # What somebody has put in their place since then is none of ours.
    own = os.path.join(raw_bytes(to), b'bin')
    for path in sorted(set(path for _, path in written)):
        text = read_file(path)
        if text is not None and (text_digest(text), path) in written:
            remove_file(path)
        elif text is not None:
            note('warning', '%s stays: it was changed by hand' % native_text(path))
        if os.path.dirname(path) == own:
            remove_if_empty(own)


def text_digest(text):
    return hashlib.sha256(text).hexdigest().encode('ascii')
