# Managers that the host has: systemd and supervisor. What they are told is a text that no release changes.
import os


def units_of(to, entry):
    if entry['manager'] == 'supervisor':
        return Supervisor(to, entry.get('config'))
    return Systemd(to, entry['manager'] == 'systemd-user')


class Units(object):
    # `root`: what comes in front of a command that this user may not run: nothing, or sudo.
    def __init__(self, to, folder, root):
        self.to, self.folder, self.root = to, folder, root

    def path(self, entry):
        return os.path.join(self.folder, entry['unit'])

    def check(self, entry):
        # Each unit names its instance in the first line.
        found = read_file(self.path(entry))
        if found is not None and found.split(b'\n')[0] != raw_bytes(entry['text']).split(b'\n')[0]:
            raise Failure("%s exists and is not this instance's" % self.path(entry), [],
                          'give the service another name, or move that one away: ' + move_away(self.path(entry)))

    def put(self, entry):
        if read_file(self.path(entry)) == raw_bytes(entry['text']):
            return False
        self.check(entry)
        if not self.root:
            make_folder(self.folder)
            write_whole(self.path(entry), raw_bytes(entry['text']))
            return True
        draft = os.path.join(marker_of(self.to), 'unit.tmp')
        write_new(draft, raw_bytes(entry['text']), 0o644)
        self.call(['install', '-m', '644', draft, self.path(entry)])
        remove_file(draft)
        return True

    def unlink(self, entry):
        if self.root:
            self.call(['rm', '-f', self.path(entry)])
        else:
            remove_file(self.path(entry))

    def call(self, words, okay=(0,)):
        code, output = capture(self.root + words, self.env())
        if code not in okay:
            raise Failure('%s %s' % (' '.join(self.root + words), describe_end(code)), last_words(output))
        return output

    def env(self):
        return dict(os.environ, LC_ALL='C')

    def has_failed(self, _):
        return False


class Systemd(Units):
    def __init__(self, to, is_user):
        self.is_user = is_user
        config = os.environ.get('XDG_CONFIG_HOME') or expand('~/.config')
        folder = os.path.join(config, 'systemd', 'user') if is_user else '/etc/systemd/system'
        Units.__init__(self, to, folder, [] if is_user or os.getuid() == 0 else ['sudo', '-n'])

    def env(self):
        env = Units.env(self)
        env.setdefault('XDG_RUNTIME_DIR', '/run/user/%d' % os.getuid())
        return env

    def systemctl(self, *words):
        self.call(['systemctl'] + (['--user'] if self.is_user else []) + list(words))

    def place(self, entries):
        written = [each for each in entries if self.put(each)]
        if written:
            self.systemctl('daemon-reload')
        self.systemctl('--quiet', 'enable', *names_of(entries))

    def restart(self, entries):
        # One that failed too often is begun anew all the same.
        if entries:
            self.call(['systemctl'] + (['--user'] if self.is_user else []) + ['reset-failed'] + names_of(entries),
                      (0, 1, 5))
            self.systemctl('restart', *names_of(entries))

    def stop(self, entries):
        there = [each for each in entries if os.path.exists(self.path(each))]
        if there:
            self.systemctl('stop', *names_of(there))

    def remove(self, entries):
        there = [each for each in entries if os.path.exists(self.path(each))]
        if there:
            self.systemctl('--quiet', 'disable', *names_of(there))
        for each in there:
            self.unlink(each)
        if there:
            self.systemctl('daemon-reload')

    def last_lines(self, entry):
        words = ['--user-unit' if self.is_user else '--unit', entry['unit'], '--lines', str(LOG_LINES)]
        output = capture(self.root + ['journalctl', '--quiet', '--no-pager', '--output', 'cat'] + words, self.env())[1]
        return output.splitlines()[-LOG_LINES:]


class Supervisor(Units):
    def __init__(self, to, config):
        self.config = expand(config) if config else None
        folder = include_folder(self.config)
        may = os.getuid() == 0 or os.access(folder, os.W_OK)
        Units.__init__(self, to, folder, [] if may else ['sudo', '-n'])
        self.begun = set()

    def control(self, words, okay=(0,)):
        return self.call(['supervisorctl'] + (['-c', self.config] if self.config else []) + words, okay)

    def program(self, entry):
        return entry['unit'].rpartition('.')[0]

    def place(self, entries):
        # Supervisor opens the logs, and does not make their folder.
        make_folder(os.path.dirname(log_of(self.to, '')))
        written = [each for each in entries if self.put(each)]
        if written:
            self.control(['reread'])
            for each in written:
                self.control(['update', self.program(each)])
                self.begun.add(each['name'])

    def restart(self, entries):
        # What is new runs already.
        names = [self.program(each) for each in entries if each['name'] not in self.begun]
        if names:
            self.control(['restart'] + names, (0, 1, 7))

    def stop(self, entries):
        there = [self.program(each) for each in entries if os.path.exists(self.path(each))]
        if there:
            self.control(['stop'] + there, (0, 1, 7))

    def remove(self, entries):
        for each in entries:
            if os.path.exists(self.path(each)):
                self.unlink(each)
                self.control(['reread'])
                self.control(['update', self.program(each)])
            remove_file(log_of(self.to, each['name']))

    def last_lines(self, entry):
        return last_lines_of(log_of(self.to, entry['name']))


def names_of(entries):
    return [each['unit'] for each in entries]


def include_folder(config):
    # Where supervisor looks for programs: `files = conf.d/*.conf`, from the folder of its own file on.
    try:
        from configparser import RawConfigParser
    except ImportError:
        from ConfigParser import RawConfigParser
    places = [config] if config else ['/etc/supervisor/supervisord.conf', '/etc/supervisord.conf']
    for place in places:
        parser = RawConfigParser()
        if parser.read([place]) and parser.has_option('include', 'files'):
            pattern = parser.get('include', 'files').split()[0]
            return os.path.normpath(os.path.join(os.path.dirname(place), os.path.dirname(pattern)))
    raise Failure('supervisor has no place for programs', ['none of %s has [include] files' % ', '.join(places)],
                  'say where its file is: service_manager: { use: supervisor, config: PATH }')
