# One action with its input, and how a failure is told.
import errno

ADVICE = {
    errno.ENOSPC: 'make room on that disk, then run again; what was serving still does',
    errno.EDQUOT: 'make room in the quota, then run again; what was serving still does',
    errno.EACCES: 'let this user write there, or choose another place',
    errno.EPERM: 'let this user write there, or choose another place',
    errno.EROFS: 'choose a place that can be written to',
    errno.ENOLCK: 'this file system has no locks (some NFS): choose a deploy.to on another one',
}


def perform(actions, action):
    try:
        actions[action]()
    except (IOError, OSError) as error:
        what = '%s: %s' % (error.filename or action, error.strerror or error)
        return fail(Failure(what, [], ADVICE.get(error.errno)))
    except Failure as failure:
        return fail(failure)
    return 0


def fail(failure):
    for line in failure.lines():
        say(line)
    return failure.code
