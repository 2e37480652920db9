# Proves what was made, file by file, against what was written down when it was made: a release, its venv, the packages
# and the pip that the venv shares with others. Changes nothing but the marks beside receipts.
import collections
import os

# So many files of a package are named.
NAMED = 100


def verify():
    given = read_input()
    places = Places()
    # All interpreters are started first: they work while files are read.
    wanted = [(each, places.of(each)) for each in given['instances']]
    for each, own in wanted:
        for place in own:
            place.look()
        emit('verified', instance=each['instance'], marked=all([place.mark() for place in own]), **summary(own))


class Places(object):
    # What instances share is one.
    def __init__(self):
        self.known = {}

    def of(self, each):
        found = [self.one(Release, each['release'])] if each.get('release') else []
        if each.get('venv') is None:
            return found
        base = (read_receipt(each['venv']) or {}).get('base')
        pip = (read_receipt(base) or {}).get('pip') if base else None
        pips = [self.one(Pip, pip)] if pip else []
        bases = [self.one(Base, base, pip, pips)] if base else []
        return found + pips + bases + [self.one(Venv, each['venv'], pip)]

    def one(self, kind, path, *more):
        if path not in self.known:
            self.known[path] = kind(path, *more)
        return self.known[path]


def summary(places):
    packages = next((place for place in places if place.kind in ('packages', 'venv')), None)
    receipt = packages.receipt if packages else {}
    return dict(
        files=sum(place.count for place in places), packages=len(packages.packages) if packages else 0,
        content=packages.content if packages else None, fingerprint=receipt.get('fingerprint'),
        notes=[line for place in places for line in place.notes],
        drift=[group for place in places for group in groups_of(place)])


def groups_of(place):
    # By package: how many of what, and the first of them.
    groups = collections.OrderedDict()
    for finding in place.findings:
        groups.setdefault(finding.package, []).append(finding)
    return [collections.OrderedDict([
        ('place', place.kind), ('at', place.path), ('package', package),
        ('counts', collections.Counter(each.what for each in found)),
        ('first', [[each.what, each.path, each.detail] for each in found[:NAMED]])])
        for package, found in groups.items()]


class Checked(object):
    def __init__(self, path):
        self.path, self.findings, self.notes, self.count, self.looked = path, [], [], 0, False
        self.receipt, self.packages, self.content, self.marked = {}, [], None, None

    def look(self):
        if not self.looked:
            self.looked = True
            self.check()

    def mark(self):
        if self.marked is None:
            self.marked = put_mark(self.path, self.below() + self.findings)
        return self.marked

    def below(self):
        # What is wrong with what it stands on.
        return []

    def miss(self, name):
        there = os.path.lexists(os.path.join(self.path, name))
        self.findings.append(Finding('changed' if there else 'missing', name))


class Place(Checked):
    # What has a receipt and a manifest.
    is_protected = False

    def __init__(self, path):
        Checked.__init__(self, path)
        self.receipt, self.contents = read_receipt(path) or {}, {}

    def check(self):
        if not self.receipt:
            return self.miss(RECEIPT)
        listing = Listing(self.path)
        self.contents = without_own(contents_of(self.path, listing, self.read_what_was))
        if self.manifest is None:
            return self.miss(MANIFEST)
        self.count = len(self.contents)
        self.findings += differences(self.path, self.manifest, listing, self.contents, self.is_protected)
        self.check_more()

    def read_what_was(self):
        self.manifest = read_manifest(self.path, self.receipt.get('manifest'))

    def check_more(self):
        pass

    def check_installed(self, found, expected):
        lines = changes_of_set(dict(found), dict(tuple(pair) for pair in expected))
        self.findings[:0] = [Finding('package', None, package, line) for package, line in lines]

    def check_needs(self, needs):
        version, unmet = needs.answer()
        if version not in (None, self.receipt['python']['version']):
            self.findings.insert(0, Finding('interpreter', None, None, 'the interpreter is Python %s, was %s' % (
                version, self.receipt['python']['version'])))
        # What was not met from the start is what the lockfile, or whoever installed it, wanted.
        if self.findings and version is not None:
            self.findings += [Finding('package', None, None, line) for line in unmet]
        else:
            self.notes += unmet


class Pip(Place):
    kind, is_protected = 'pip', True


class Base(Place):
    kind, is_protected = 'packages', True

    def __init__(self, path, pip, pips):
        Place.__init__(self, path)
        self.pips = pips
        self.needs = Needs(self.receipt, pip, site_folders(path))

    def read_what_was(self):
        Place.read_what_was(self)
        self.claims = read_packages(self.path)

    def check_more(self):
        self.packages = [(name, version) for name, version, _ in self.claims]
        owners = owners_of(self.claims)
        self.check_records(owners)
        self.check_installed(self.packages, self.receipt['installed'])
        self.content = content_digest(self.path, self.contents, owners)
        if not self.findings and self.content != self.receipt['content']:
            self.miss(RECEIPT)
        self.check_needs(self.needs)

    def check_records(self, owners):
        # What packages say of their own files. Where the manifest has told, that is enough.
        told = set(each.path for each in self.findings)
        for path in sorted(set(owners) - told):
            if path in self.contents and check_file(path, self.contents[path], owners[path]):
                self.findings.append(Finding('changed', path, owners[path][0][0], 'its RECORD says otherwise'))
        self.notes += ['two packages have the same file: ' + line for line in shared_files(owners)]

    def below(self):
        return [finding for pip in self.pips for finding in pip.findings]


class Venv(Place):
    # A thin one, or one that has its packages in itself.
    kind = 'venv'

    def __init__(self, path, pip):
        Place.__init__(self, path)
        sites = site_folders(path) if self.receipt else []
        has_own = any(name.endswith('.dist-info') for site in sites for name in list_folder(site))
        if 'base' in self.receipt:
            sites = sites + site_folders(self.receipt['base'])
        reader = pip or next((site for site in sites if os.path.isdir(os.path.join(site, 'pip'))), None)
        self.needs = Needs(self.receipt, reader, sites) if reader and has_own else None

    def check_more(self):
        self.packages = [(name, version) for name, version, _ in read_packages(self.path)]
        below = (read_receipt(self.receipt['base']) or {}) if 'base' in self.receipt else {}
        shared = [tuple(pair) for pair in below.get('installed', [])]
        self.check_installed(shared + self.packages, self.receipt['installed'])
        # virtualenv makes a copy of some Pythons: then it is a file like others.
        program = os.path.join(self.path, 'bin', 'python')
        is_copy = self.manifest.get('bin/python', ('link',))[0] != 'link'
        self.check_interpreter(self.receipt['python'], self.receipt['python']['real'] if is_copy else program)
        if self.needs:
            self.check_needs(self.needs)

    def check_interpreter(self, python, program):
        real, stamp, detail = os.path.realpath(program), stamp_of(program), None
        if stamp is None:
            detail = 'the interpreter is gone: ' + real
        elif real != python['real']:
            detail = 'bin/python is %s, was %s' % (real, python['real'])
        elif stamp not in (python['stamp'], (read_receipt(self.path, NOTED) or {}).get('stamp')):
            detail = 'the interpreter was replaced: ' + real
        if detail:
            self.findings.insert(0, Finding('interpreter', None, None, detail))


def changes_of_set(found, expected):
    # (the package as it should be, or is; a line for people)
    for name in sorted(set(found) | set(expected)):
        if name not in found:
            yield '%s %s' % (name, expected[name]), '%s %s is no longer installed' % (name, expected[name])
        elif name not in expected:
            yield '%s %s' % (name, found[name]), '%s %s was installed by hand' % (name, found[name])
        elif found[name] != expected[name]:
            yield '%s %s' % (name, expected[name]), '%s is %s, was %s' % (name, found[name], expected[name])
