# What has been found since a venv was built and suits it as well: inputs that come to the same packages, another build
# of its interpreter. The receipt is never changed.
import os


def note_venv():
    given = read_input()
    venv = expand(given['venv'])
    check_whole_venv(venv)
    put_note(venv, given['inputs'], given['stamp'])
    base = read_receipt(venv).get('base')
    if base is not None and read_receipt(base)['python']['stamp'] != given['stamp']:
        note_base(base, given['stamp'])
    emit('noted', path=venv)


def note_base(base, stamp):
    # It goes on with that interpreter, too.
    store, name = os.path.split(base)
    with Lock(os.path.join(store, 'lock', name.partition('.')[0]), name):
        os.chmod(base, 0o755)
        try:
            put_note(base, '', stamp)
        finally:
            os.chmod(base, 0o555)


def note_own_interpreter(venv, given):
    # A venv of Python 2 holds a copy of its interpreter, which has a stamp of its own.
    stamp = stamp_of(os.path.join(venv, 'bin', 'python'))
    if stamp != given['python']['stamp']:
        put_note(venv, given['inputs'], stamp)


def put_note(place, inputs, stamp):
    text = one_line_json([('v', 1), ('inputs', inputs), ('stamp', stamp)])
    write_whole(os.path.join(place, NOTED), text + b'\n')
