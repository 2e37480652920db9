# The lines of instances in the crontab of their user, a block for each; what is not in a block is nobody's of ours.
import os
import subprocess


def write_cron():
    to = expand(read_input()['to'])
    check_ours(to)
    number = current_number(to)
    put_block(to, None if number is None else read_file(os.path.join(release_path(to, number), 'crontab')))


def remove_cron(to):
    # crontab is asked only where a release has had lines.
    releases = os.path.join(to, 'releases')
    if any(os.path.exists(os.path.join(releases, each, 'crontab')) for each in list_folder(releases)):
        put_block(to, None)


def put_block(to, lines):
    with Lock(os.path.join(os.path.expanduser('~'), '.local', 'state', 'venvoy', 'crontab.lock'), 'the crontab'):
        before = read_crontab()
        after = with_block(before, raw_bytes(to), lines or b'')
        if after != before:
            install_crontab(after)


def with_block(text, to, lines):
    # Where there is a block it stays in its place. All other bytes stay what they are.
    begin, end = b'# venvoy begin ' + to + b'\n', b'# venvoy end ' + to + b'\n'
    block = begin + lines + end if lines else b''
    start = 0 if text.startswith(begin) else text.find(b'\n' + begin) + 1
    if not text.startswith(begin) and start == 0:
        return text + (b'\n' if block and text and not text.endswith(b'\n') else b'') + block
    stop = text.find(end, start)
    if stop < 0:
        raise Failure('the crontab has a line "%s" and no end of it' % native_text(begin.strip()), [],
                      'crontab -e, and take away that line and those below it that are of %s' % native_text(to))
    return text[:start] + block + text[stop + len(end):]


def call_crontab(arguments):
    process = start(['crontab'] + arguments, dict(clean_env(), LC_ALL='C'), '/', stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE)
    output, errors = process.communicate()
    return process.returncode, output, errors


def read_crontab():
    code, output, errors = call_crontab(['-l'])
    if code != 0 and (output or not (b'no crontab' in errors.lower() or b'no such file' in errors.lower())):
        raise Failure('the crontab cannot be read', last_words(native_text(errors)), 'crontab -l')
    return output if code == 0 else b''


def install_crontab(text):
    # A file and not stdin: some crontabs know no `-`.
    draft = os.path.join(os.path.expanduser('~'), '.local', 'state', 'venvoy', 'crontab.tmp')
    write_new(draft, text, 0o600)
    try:
        code, output, errors = call_crontab([draft] if text else ['-r'])
    finally:
        remove_file(draft)
    if code != 0:
        raise Failure('the crontab was not taken', last_words(native_text(output + errors)), 'crontab -l')
