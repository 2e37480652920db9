# The services of an instance. A manager of the host keeps them; all are started by <to>/run, which notes who runs.
import os
import time

# What ends within so many seconds did not start; and how long `run` may take to note itself.
MOMENT, PATIENCE = 1.0, 20.0
# With what went wrong and what to do next, the ten lines that are shown of a step that failed.
LOG_LINES = 7

clock = getattr(time, 'monotonic', time.time)


def services_of(path):
    # As a release, or what is on the host, has them: name, manager, unit, text, signal, timeout, all.
    data = read_file(path)
    return [] if data is None else parse_json(data)['services']


def record_of(to):
    return os.path.join(marker_of(to), 'services.json')


def write_record(to, entries):
    # Before units are written and after they are removed: there is never one that nobody knows of.
    write_whole(record_of(to), one_line_json([('v', 1), ('services', entries)]) + b'\n')
    lines = [b'%s %s %s\n' % tuple(raw_bytes(each[key]) for key in ('name', 'manager', 'unit')) for each in entries]
    write_whole(os.path.join(marker_of(to), 'services.list'), b''.join(lines))


def act_on_services():
    given = read_input()
    to, verb, names = expand(given['to']), given['verb'], given.get('names')
    check_ours(to)
    number = current_number(to)
    if number is None:
        raise Failure('nothing serves in %s' % to, [], 'venvoy deploy %s' % given['instance'])
    services = Services(to, number, given['instance'])
    if verb == 'apply':
        services.apply(names)
    else:
        services.act(verb, names)
    emit('services', names=sorted(services.started))


class Services(object):
    def __init__(self, to, number, instance):
        self.to, self.number, self.instance = to, number, instance
        self.keepers, self.started = {}, []

    def keeper(self, entry):
        key = (entry['manager'], entry.get('config'))
        if key not in self.keepers:
            self.keepers[key] = keeper_of(self.to, entry)
        return self.keepers[key]

    def by_keeper(self, entries):
        found = []
        for entry in entries:
            keeper = self.keeper(entry)
            found += [] if keeper in found else [keeper]
        return [(keeper, [each for each in entries if self.keeper(each) is keeper]) for keeper in found]

    def apply(self, names):
        # As the release that serves has them; of these, `names` are started anew, or all.
        wanted = services_of(os.path.join(release_path(self.to, self.number), 'services.json'))
        here = services_of(record_of(self.to))
        gone = [each for each in here if place_of(each) not in [place_of(other) for other in wanted]]
        notes = self.notes_of(wanted)
        write_record(self.to, wanted + gone)
        self.remove(gone)
        for keeper, entries in self.by_keeper(wanted):
            keeper.place(entries)
        write_record(self.to, wanted)
        self.restart([each for each in wanted if names is None or each['name'] in names], notes)

    def act(self, verb, names):
        here = services_of(record_of(self.to))
        unknown = [name for name in names or [] if name not in [each['name'] for each in here]]
        if unknown:
            there = ', '.join(each['name'] for each in here) or 'none'
            raise Failure('there is no service %s' % ', '.join(unknown), ['there are: %s' % there])
        chosen = [each for each in here if names is None or each['name'] in names]
        if verb == 'stop':
            for keeper, entries in self.by_keeper(chosen):
                keeper.stop(entries)
            self.forget(chosen)
        else:
            alive = [each['name'] for each in chosen if verb == 'start' and self.runs_now(each)]
            self.restart([each for each in chosen if each['name'] not in alive], self.notes_of(chosen))

    def runs_now(self, entry):
        note = read_note(self.to, entry['name'])
        return note is not None and is_alive(note) and note.release == self.number

    def notes_of(self, entries):
        return dict((each['name'], read_note(self.to, each['name'])) for each in entries)

    def remove(self, entries):
        for keeper, own in self.by_keeper(entries):
            keeper.stop(own)
            keeper.remove(own)
        self.forget(entries)

    def forget(self, entries):
        for each in entries:
            remove_file(note_path(self.to, each['name']))

    def restart(self, entries, before):
        for keeper, own in self.by_keeper(entries):
            keeper.restart(own)
        notes = dict((each['name'], self.wait_for(each, before[each['name']])) for each in entries)
        deadline = clock() + (MOMENT if entries else 0)
        while clock() < deadline:
            time.sleep(0.05)
            for each in entries:
                if read_note(self.to, each['name']) != notes[each['name']] or not is_alive(notes[each['name']]):
                    raise self.fallen(each, 'its process ended within a second of its start')
        for each in entries:
            check_runs_in(each, notes[each['name']], os.path.realpath(release_path(self.to, self.number) + '/venv'))
        self.started += [each['name'] for each in entries]

    def wait_for(self, entry, before):
        deadline = clock() + PATIENCE
        while clock() < deadline:
            note = read_note(self.to, entry['name'])
            if note is not None and note != before and note.release == self.number:
                return note
            if self.keeper(entry).has_failed(entry):
                break
            time.sleep(0.02)
        raise self.fallen(entry, 'no new process has begun in release %d' % self.number)

    def fallen(self, entry, why):
        lines = self.keeper(entry).last_lines(entry)
        told = ['what it said last:'] + ['  ' + line for line in lines] if lines else ['it said nothing']
        return Failure('service %s does not run: %s' % (entry['name'], why), told,
                       'venvoy logs %s --service %s' % (self.instance, entry['name']))


def place_of(entry):
    return entry['name'], entry['manager'], entry['unit'], entry.get('config')


def keeper_of(to, entry):
    if entry['manager'] == 'pidfile':
        load('pidfile')
        return PidFile(to)
    load('pidfile', 'units')
    return units_of(to, entry)


def check_units(to, entries):
    # Before anything is changed: no unit is somebody else's.
    for entry in entries:
        if entry['manager'] != 'pidfile':
            keeper_of(to, entry).check(entry)


def remove_services(to):
    services = Services(to, current_number(to), '')
    services.remove(services_of(record_of(to)))


def check_runs_in(entry, note, venv):
    # What a program has written over its env says nothing.
    data = read_proc('environ', note.pid) or b''
    found = [each[len(b'VIRTUAL_ENV='):] for each in data.split(b'\0') if each.startswith(b'VIRTUAL_ENV=')]
    if found and found[0] != raw_bytes(venv):
        raise Failure('service %s does not run in the venv of its release' % entry['name'],
                      ['it runs in %s, and not in %s' % (native_text(found[0]), venv)])
