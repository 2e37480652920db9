# What this program can do for a deploy.
import sys

ACTIONS = {'files': receive_files, 'venv': build_venv, 'release': create_release, 'switch': switch, 'link': link_venv,
           'remove-venv': remove_venv, 'resolve': resolve}

if __name__ == '__main__':
    sys.exit(perform(ACTIONS, sys.argv[1]))
