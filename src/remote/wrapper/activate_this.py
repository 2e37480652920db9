"""Lets the Python that runs this join the venv: from here on its packages come first.

    exec(open(path).read(), {'__file__': path})        or        runpy.run_path(path)
"""
import os
import site
import sys


def join(venv):
    maker = 'pypy' if hasattr(sys, 'pypy_version_info') else 'python'
    own = '%s%d.%d' % ((maker,) + sys.version_info[:2])
    # lib64 is often a link to lib.
    folders = [os.path.realpath(os.path.join(venv, lib, own, 'site-packages')) for lib in ('lib', 'lib64')]
    if not os.path.isdir(folders[0]):
        raise RuntimeError('the venv %s is not for %s, which wants to join it' % (venv, own))
    before = list(sys.path)
    for folder in folders:
        site.addsitedir(folder)
    sys.path[:] = [path for path in sys.path if path not in before] + before
    bin = os.path.join(venv, 'bin')
    path = os.environ.get('PATH', '').split(os.pathsep)
    os.environ['PATH'] = os.pathsep.join([bin] + [each for each in path if each != bin])
    os.environ['VIRTUAL_ENV'] = venv
    os.environ.pop('PYTHONHOME', None)
    if not hasattr(sys, 'real_prefix'):
        sys.real_prefix = sys.prefix
    sys.prefix = sys.exec_prefix = venv


try:
    here = __file__
except NameError:
    raise RuntimeError("say where this is: exec(open(path).read(), {'__file__': path})")

# The link of workon is resolved once: what runs keeps its venv when a deploy switches the link.
join(os.path.dirname(os.path.dirname(os.path.realpath(here))))
