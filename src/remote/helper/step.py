# What this program can do for a step of a task.
import os
import signal
import sys

WORKS = {'text': place_text, 'line': edit, 'block': edit, 'link': place_link, 'directory': place_folder,
         'absent': make_absent, 'upload': place_upload, 'lacks': lacking_digests, 'download': send_files}


def located(job):
    # The home is that of the one who logged in, whoever does the work.
    folder = job.get('cwd') or ''
    job['home'] = os.path.expanduser('~')
    job['path'] = absolute(job['path'], folder)
    if job.get('target', '').startswith('~'):
        job['target'] = absolute(job['target'])
    return job


def do_step():
    job = located(read_input())
    if 'stored' in job:
        job['entries'] = OwnContents(job).entries(job['stored'])
    emit('placed', changed=bool(by_whom(job['kind'], job)))


ACTIONS = {'step': do_step, 'uploads': receive_uploads, 'work': work_for_other}

if __name__ == '__main__':
    # What is half done is taken back when the step is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(perform(ACTIONS, sys.argv[1]))
