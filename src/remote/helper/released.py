# Whether the tree of a release is as it was made. What an app, or a hook, has put beside its files is theirs.
import hashlib
import os


class Release(Checked):
    kind = 'release'

    def check(self):
        receipt = parse_json(read_file(os.path.join(self.path, 'release.json')) or b'{}')
        records = read_records(self.path, receipt.get('digest'))
        if records is None:
            return self.miss(MANIFEST)
        shared, templates = receipt.get('shared', []), receipt.get('templates', {})
        paths = [path for path in sorted(records) if path not in templates and not is_shared(path, shared)]
        tree = os.path.join(self.path, 'tree')
        self.count = len(paths)
        for path, found in zip(paths, measure(tree, paths)):
            what = tree_change(os.path.join(tree, path), records[path], found)
            self.findings += [Finding(what, path)] if what else []
        self.check_templates(tree, templates)

    def check_templates(self, tree, templates):
        to = os.path.dirname(os.path.dirname(self.path))
        if templates and os.path.isfile(os.path.join(marker_of(to), 'salt')):
            for path in sorted(templates):
                data = read_file(os.path.join(tree, path))
                if data is None:
                    self.findings.append(Finding('missing', path))
                elif template_digest(to, tree, path, data) != templates[path]:
                    self.findings.append(Finding('changed', path))


def template_digest(to, tree, path, data):
    mode = os.stat(os.path.join(tree, path)).st_mode & 0o7777
    text = '%o ' % mode + (data if isinstance(data, str) else os.fsdecode(data))
    return keyed_digests(to, {path: text})[0][1]


def read_records(release, digest):
    # path -> (kind, SHA-256). None where they are not those that the receipt speaks of.
    data = read_file(os.path.join(release, MANIFEST))
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        return None
    return dict((path, (kind, value)) for kind, value, path in manifest_rows(data))


def is_shared(path, shared):
    return any(path == each.rstrip('/') or each.endswith('/') and path.startswith(each) for each in shared)


def tree_change(path, expected, found):
    # In a word what is wrong; None for nothing.
    kind, digest = expected
    link = read_link(path)
    if link is None and not os.path.lexists(path):
        return 'missing'
    if kind == 'l' or link is not None:
        is_same = kind == 'l' and link is not None and hashlib.sha256(raw_bytes(link)).hexdigest() == digest
        return None if is_same else 'link'
    mode, value = found
    if value != digest:
        return 'changed'
    return None if bool(int(mode, 8) & 0o100) == (kind == 'x') else 'mode'
