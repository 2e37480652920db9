# Files and folders that all releases of an instance share: <to>/shared, linked into each tree.
import os
import shutil
import stat


def share(to, tree, paths):
    for given in paths:
        path = given.rstrip('/')
        check_entries([{'path': path}], ())
        share_one(os.path.join(to, 'shared', path), os.path.join(tree, path), given.endswith('/'))


def share_one(shared, own, is_folder):
    # What the tree has in that place is the beginning, and only that: what is shared is never written over.
    check_kind(own, is_folder)
    check_kind(shared, is_folder)
    make_folder(os.path.dirname(shared))
    make_folder(os.path.dirname(own))
    if not os.path.lexists(shared):
        if os.path.lexists(own):
            begin_with(own, shared)
        elif is_folder:
            make_folder(shared)
    remove_if_there(own)
    os.symlink(os.path.relpath(shared, os.path.dirname(own)), own)


def check_kind(path, is_folder):
    if os.path.exists(path) and os.path.isdir(path) != is_folder:
        found, wanted = ('file', 'folder') if is_folder else ('folder', 'file')
        raise Failure('%s is a %s' % (path, found), ['it is to be shared as a %s' % wanted],
                      'move it away, or correct deploy.shared: a folder ends in /')


def begin_with(own, shared):
    draft = os.path.join(os.path.dirname(shared), '.venvoy-next')
    remove_if_there(draft)
    if os.path.isdir(own):
        shutil.copytree(own, draft, symlinks=True)
    else:
        shutil.copy2(own, draft)
    make_writable(draft)
    sync_content(draft)
    os.rename(draft, shared)
    sync_folder(os.path.dirname(shared))


def make_writable(path):
    # The files of releases are read-only, these are there to be written to.
    if os.path.islink(path):
        return
    if os.path.isdir(path):
        for name in os.listdir(path):
            make_writable(os.path.join(path, name))
    else:
        os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) | 0o200)
