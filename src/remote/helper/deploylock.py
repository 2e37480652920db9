# The deploy lock: one deploy at a time per instance. A process that outlives this one holds it, and ends with the
# runner, however that ends: the kernel frees the lock then.
import fcntl
import os
import time

LOCKED, MOVED = 75, 76
LOOK_AGAIN_SECONDS = 0.2


def take_deploy_lock():
    given = read_input()
    to, pipe = expand(given['to']), os.environ.pop('VENVOY_HOLD', None)
    check_ours(to)
    make_folder(marker_of(to))
    check_not_held(to, given)
    path = os.path.join(marker_of(to), 'lock')
    fd, locked = wait_for_lock(path, given)
    check_not_held(to, given)
    if pipe is None:
        raise Failure('nothing is there to hold the deploy lock', [], FAULT)
    holder = start_holder((fd, locked), os.open(pipe, os.O_RDONLY))
    who = [('by', given['by']), ('command', given['command']), ('since', now_text(None)), ('pid', holder)]
    os.ftruncate(fd, 0)
    os.write(fd, one_line_json(who) + b'\n')
    # The lock is ours from here on: a plan that is made now holds.
    if read_generation(to) != given['generation']:
        raise Failure('the state has moved since the plan', [], 'plan again', MOVED)


def wait_for_lock(path, given):
    deadline, is_told = clock() + given['wait'], False
    while True:
        fds = try_lock(path)
        if fds is not None:
            return fds
        if clock() >= deadline:
            raise Failure('it is being deployed by ' + holder_of(path), [], None, LOCKED)
        if not is_told:
            emit('note', level='info', text='%s: waiting for %s' % (given['instance'], holder_of(path)))
            is_told = True
        time.sleep(LOOK_AGAIN_SECONDS)


def try_lock(path):
    # A removed instance takes its lock along: what was locked must still be what stands there.
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    locked = flock(fd, path, fcntl.LOCK_NB)
    if locked is not None and os.path.exists(path) and os.stat(path).st_ino == os.fstat(fd).st_ino:
        if locked != fd:
            note('info', '%s cannot be locked: a lock in %s keeps deploys on this host apart, but no others' %
                 (path, local_folder()))
        return fd, locked
    for each in set((fd, locked)) - set((None,)):
        os.close(each)
    return None


def holder_of(path):
    try:
        who = parse_json(read_file(path) or b'{}')
        return '%s since %s (venvoy %s)' % (who['by'], who['since'], who['command'])
    except (Failure, KeyError, TypeError):
        return 'somebody who has only just begun'


def start_holder(fds, pipe):
    # `cat` is small, however many instances are locked. It reads a pipe into which nobody writes.
    for fd in fds:
        inherit(fd)
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            os.chdir('/')
            null = os.open(os.devnull, os.O_RDWR)
            for source, target in ((pipe, 0), (null, 1), (null, 2)):
                os.dup2(source, target)
            os.execvp('cat', ['cat'])
        finally:
            os._exit(127)
    os.close(pipe)
    return pid


def check_not_held(to, given):
    text = read_file(os.path.join(marker_of(to), 'hold'))
    hold = None if text is None else parse_json(text)
    if hold is None or ('until' in hold and hold['until'] <= now_text(None)):
        return
    why = ['reason: ' + hold['reason']] if 'reason' in hold else []
    why += ['until ' + hold['until']] if 'until' in hold else []
    raise Failure('deploys are held by %s since %s' % (hold['by'], hold['since']), why,
                  'venvoy deploy-lock release ' + given['instance'], LOCKED)
