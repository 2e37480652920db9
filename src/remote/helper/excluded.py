# Which paths of a folder a step leaves out: '*.map' anywhere, 'build/*.o' from the folder on (as operations/glob.ts).
import fnmatch


def is_excluded(path, patterns):
    parts = path.split('/')
    return any(matches(parts, pattern.strip('/').split('/'), '/' in pattern.strip('/')) for pattern in patterns)


def matches(parts, pattern, is_anchored):
    if not is_anchored:
        return any(fnmatch.fnmatchcase(part, pattern[0]) for part in parts)
    return len(parts) >= len(pattern) and all(fnmatch.fnmatchcase(*pair) for pair in zip(parts, pattern))
