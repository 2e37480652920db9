"""Does one job after the other. Asked to end, it ends the one that it is at: deploy.yml gives it the time."""
import os
import signal
import threading

from jobs import queue

ending = threading.Event()


def main():
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    print('release', os.environ.get('VENVOY_RELEASE'), 'works', flush=True)
    with queue.connect() as jobs:
        while not ending.is_set():
            work(jobs)


def work(jobs):
    job = queue.next_one(jobs)
    if job is None:
        ending.wait(0.2)
    else:
        number, text = job
        queue.finish(jobs, number, text.upper())


if __name__ == '__main__':
    main()
