# The journal of an instance: <to>/.venvoy/history has a line for each switch, the newest last. None is ever changed.
import os


def note_switch(to, given, previous, number):
    # Before the switch, because what cannot be noted must not happen. One that a kill kept from happening shows: the
    # next line does not begin where this one led.
    receipt = parse_json(read_file(os.path.join(release_path(to, number), 'release.json')))
    fields = [('v', 1), ('count', given['generation'] + 1), ('when', now_text(None))]
    fields += [('how', given.get('how', 'deploy')), ('from', previous), ('to', number)]
    fields += [('revision', receipt['revision'])]
    fields += [('commit', receipt['commit'])] if 'commit' in receipt else []
    fields += [('venv', receipt['fingerprint']), ('by', given.get('by', receipt['by']))]
    fields += [('run', given['run'])] if 'run' in given else []
    append_line(os.path.join(marker_of(to), 'history'), one_line_json(fields))


def note_turn(home, name, venv, given):
    # While a venv has no release, its link has a journal of its own: <home>/.venvoy/history/<name>.
    path = link_journal(home, name)
    make_folder(os.path.dirname(path))
    fields = [('v', 1), ('when', now_text(None)), ('how', given['how'])]
    append_line(path, one_line_json(fields + [('venv', read_receipt(venv)['fingerprint']), ('by', given['by'])]))


def append_line(path, line):
    # A line that a killed process left torn is ended first: it spoils no other.
    with closing(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644), path) as fd:
        is_torn = os.lseek(fd, 0, os.SEEK_END) > 0 and last_byte(fd) != b'\n'
        write_all(fd, (b'\n' if is_torn else b'') + line + b'\n')
        os.fsync(fd)


def last_byte(fd):
    os.lseek(fd, -1, os.SEEK_END)
    return os.read(fd, 1)
