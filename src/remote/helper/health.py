# Whether what serves answers as it should: asked until it does, or its time is up.
import socket
import time

TRY_SECONDS = 10
SHOWN_LINES, SHOWN_CHARACTERS = 5, 200
READ_BYTES = 1024 * 1024


def check_health():
    given = read_input()
    end, watch = clock() + given['within'], None
    while True:
        limit = min(TRY_SECONDS, max(1, end - clock()))
        trouble = url_trouble(given, limit) if 'url' in given else tcp_trouble(given['tcp'], limit)
        if trouble is None:
            return
        watch = watch or Watch(given.get('to'))
        if watch.nobody_is_left():
            raise Failure('its services have ended: ' + trouble[0], trouble[1:] + watch.last_words())
        if clock() + given['every'] >= end:
            raise Failure('not within %g s: %s' % (given['within'], trouble[0]), trouble[1:] + watch.last_words())
        time.sleep(given['every'])


class Watch(object):
    # The services of the instance from the first trouble on: what has ended says why, and nobody waits for it in vain.
    def __init__(self, to):
        self.entries = []
        if to is not None:
            load('release', 'creation', 'services')
            self.services = Services(expand(to), current_number(expand(to)), '')
            self.entries = services_of(record_of(self.services.to))
            self.notes = self.services.notes_of(self.entries)

    def has_ended(self, entry):
        note = read_note(self.services.to, entry['name'])
        return note is None or note != self.notes[entry['name']] or not is_alive(note)

    def nobody_is_left(self):
        # Other managers than a pid file start them again.
        ends = [each['manager'] == 'pidfile' and self.has_ended(each) for each in self.entries]
        return bool(ends) and all(ends)

    def last_words(self):
        return [line for each in self.entries if self.has_ended(each) for line in self.last_words_of(each)]

    def last_words_of(self, entry):
        lines = self.services.keeper(entry).last_lines(entry)
        said = 'it said last:' if lines else 'it said nothing'
        return ['service %s has ended; %s' % (entry['name'], said)] + ['  ' + line for line in lines]


def tcp_trouble(place, limit):
    try:
        socket.create_connection((place[0], place[1]), limit).close()
        return None
    except (socket.error, EnvironmentError) as error:
        return ['the connection failed: ' + reason(error)]


def url_trouble(given, limit):
    # Straight to where the URL says, whatever proxies the env names, and no further: a redirect is an answer.
    try:
        import http.client as http
        from urllib.parse import urlsplit
    except ImportError:
        import httplib as http
        from urlparse import urlsplit
    place = urlsplit(given['url'])
    kind = http.HTTPSConnection if place.scheme.lower() == 'https' else http.HTTPConnection
    try:
        connection = kind(place.hostname, place.port, timeout=limit)
        target = (place.path or '/') + ('?' + place.query if place.query else '')
        connection.request('GET', target, headers=dict(given['headers']))
        answer = connection.getresponse()
        body = answer.read(READ_BYTES)
        connection.close()
    except (http.HTTPException, socket.error, EnvironmentError, ValueError) as error:
        return ['it did not answer: ' + reason(error)]
    return answer_trouble(given, answer, body)


def answer_trouble(given, answer, body):
    said = ('%d %s' % (answer.status, answer.reason)).strip()
    if answer.status not in given.get('status', range(200, 300)):
        to = answer.getheader('Location') if answer.status in range(300, 400) else None
        return ['it answered %s%s' % (said, ', to ' + to if to else '')] + first_lines(body)
    if 'text' in given and raw_bytes(given['text']) not in body:
        return ['it answered %s without "%s"' % (said, given['text'])] + first_lines(body)
    return None


def first_lines(body):
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    shown = [line[:SHOWN_CHARACTERS] for line in lines[:SHOWN_LINES]]
    return [native_text(line) for line in shown]


def reason(error):
    return getattr(error, 'strerror', None) or str(error) or type(error).__name__
