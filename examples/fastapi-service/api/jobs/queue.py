"""A queue in a file that all releases share: what was asked for is done, whatever is deployed meanwhile."""
import os
import sqlite3
import time
from contextlib import closing

TABLE = 'create table if not exists jobs (id integer primary key, text text, at integer, result text)'
DAY = 24 * 60 * 60


def connect():
    connection = sqlite3.connect(os.environ['QUEUE'], isolation_level=None, timeout=10)
    connection.execute('pragma journal_mode = wal')
    connection.execute(TABLE)
    return closing(connection)


def add(text):
    with connect() as queue:
        return queue.execute('insert into jobs (text, at) values (?, ?)', (text, int(time.time()))).lastrowid


def result_of(job):
    with connect() as queue:
        return queue.execute('select result from jobs where id = ?', (job,)).fetchone()


def next_one(queue):
    return queue.execute('select id, text from jobs where result is null order by id limit 1').fetchone()


def finish(queue, job, result):
    queue.execute('update jobs set result = ? where id = ?', (result, job))


def forget(days):
    """Takes away those that were done, so many days after they came; how many there were."""
    done = 'delete from jobs where result is not null and at <= ?'
    with connect() as queue:
        return queue.execute(done, (int(time.time()) - days * DAY,)).rowcount
