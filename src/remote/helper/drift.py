# What is not as it was made, of a place that has a manifest; and the mark that says so to the probe and to builders.
import os


class Finding(object):
    # `what`: changed, missing, added, mode, link, package, interpreter.
    def __init__(self, what, path=None, package=None, detail=None):
        self.what, self.path, self.package, self.detail = what, path, package, detail

    def text(self):
        # 'six.py of six 1.16.0 was changed by hand'
        if self.path is None:
            return self.detail
        subject = short_path(self.path) + (' of %s' % self.package if self.package else '')
        verb = {'missing': 'is missing', 'mode': 'has another mode', 'link': 'leads elsewhere'}.get(
            self.what, 'was %s by hand' % self.what)
        return '%s %s' % (subject, verb) + (' (%s)' % self.detail if self.detail else '')


def short_path(path):
    # 'lib/python3.11/site-packages/six.py' -> 'six.py'
    return path.rpartition(os.sep + 'site-packages' + os.sep)[2]


def differences(place, manifest, listing, contents, is_protected):
    owners = Owners(manifest, contents, place)
    found = [Finding('missing', path, manifest[path][2]) for path in manifest if path not in contents]
    for path, entry in contents.items():
        expected = manifest.get(path)
        if expected is not None:
            found += changes_of(path, expected, entry)
        elif not is_compiled(path, manifest) and not (entry[0] == 'folder' and was_full(path, manifest)):
            found.append(Finding('added', path, owners.of(path)))
    found += [Finding('added', path, owners.of(path)) for path in listing.others]
    found += loose_folders(place, listing) if is_protected else []
    return sorted(found, key=lambda each: (each.path, each.what))


def was_full(folder, manifest):
    # Those that were in it are missing, which is enough.
    return any(path.startswith(folder) for path in manifest)


def changes_of(path, expected, entry):
    mode, value, owner = expected
    if (mode, value) == entry:
        return []
    if 'link' in (mode, entry[0]):
        return [Finding('link', path, owner, '%s, was %s' % (led_to(entry), led_to(expected)))]
    changed = [] if value == entry[1] else [Finding('changed', path, owner)]
    return changed or [Finding('mode', path, owner, '%s, was %s' % (entry[0], mode))]


def led_to(entry):
    return 'to ' + entry[1] if entry[0] == 'link' else 'a file'


def loose_folders(place, listing):
    # Of a place that nobody may write to.
    modes = [(path, os.lstat(place + '/' + path).st_mode & 0o7777) for path in listing.folders]
    return [Finding('mode', path + os.sep, None, '%o: it can be written to' % mode) for path, mode in modes
            if mode & 0o222]


class Owners(object):
    # Whose an added file is: of the package that says so by now, or of the one whose folder it is in.
    def __init__(self, manifest, contents, place):
        self.manifest, self.contents, self.place, self.claims = manifest, contents, place, None
        self.folders = {}

    def of(self, path):
        if self.claims is None:
            self.claims = owners_of(read_packages(self.place))
            for known, entry in self.manifest.items():
                if entry[2]:
                    self.folders.setdefault(os.path.dirname(known), entry[2])
        if path in self.claims:
            return self.claims[path][0][0]
        folder = os.path.dirname(path)
        return None if folder.endswith('site-packages') else self.folders.get(folder)


def put_mark(place, findings):
    # Whether it is there, or gone, as it should. Also in a base, which is read-only for its owner, too.
    if not findings and not has_drifted(place):
        return True
    with WritableFolder(place) as is_writable:
        if is_writable and findings:
            write_whole(os.path.join(place, DRIFT), one_line_json([
                ('v', 1), ('what', findings[0].text()), ('count', len(findings)), ('when', now_text(None))]) + b'\n')
        elif is_writable:
            remove_file(os.path.join(place, DRIFT))
    return is_writable


class WritableFolder(object):
    def __init__(self, path):
        self.path = path

    def __enter__(self):
        try:
            self.mode = os.stat(self.path).st_mode & 0o7777
            os.chmod(self.path, self.mode | 0o200)
            self.is_writable = os.access(self.path, os.W_OK)
        except OSError:
            self.is_writable = False
        return self.is_writable

    def __exit__(self, *_):
        if self.is_writable:
            os.chmod(self.path, self.mode)
