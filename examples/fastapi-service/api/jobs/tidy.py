import sys

from jobs import queue

if __name__ == '__main__':
    print('forgot', queue.forget(int(sys.argv[1])), 'jobs')
