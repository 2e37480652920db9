# Bases: the packages of one lockfile, for all thin venvs that want them. Which there are; packages.py makes them.
import os

MANIFEST = '.venvoy.manifest'
# Beside a receipt: what `verify` found that is not as it was made. It no longer counts as sound.
DRIFT = '.venvoy.drift'
# A venv without packages. Its path and prompt stand for those of any thin venv; the blank makes scripts quote them.
PATTERN = '.pattern'
PATTERN_NAME = '@ @'
PATTERN_PROMPT = '@name @'


def base_name(given):
    return 'base-' + given['fingerprint']


def base_lock(home, given):
    path = os.path.join(store_of(home), 'lock', base_name(given))
    return Lock(path, 'the packages of venv %s' % given['name'], given.get('wait', True))


def pattern_of(base):
    return os.path.join(base, PATTERN, PATTERN_NAME)


def ready_base(home, given):
    # The base, built if there is none. Its lock is held.
    for _, base in numbered(home, base_name(given)):
        receipt = read_receipt(base)
        is_whole = receipt is not None and base not in given.get('avoid', []) and not has_drifted(base)
        if is_whole and is_made_by(receipt, given['python']):
            os.chmod(base, 0o555)
            return base
    # One that lost its receipt may still be under venvs that run.
    used = set(receipt.get('base') for receipt in receipts_of(home, given['fingerprint']))
    base = free_place([place for place in with_next(home, base_name(given)) if place[1] not in used])
    work = os.path.join(store_of(home), 'work', base_name(given))
    load(*BUILDING)
    return build_at(home, base, work, lambda: fill_base(home, base, work, given))


def has_drifted(place):
    return os.path.lexists(os.path.join(place, DRIFT))


def receipts_of(home, fingerprint):
    found = [read_receipt(os.path.join(folder, name))
             for _, folder in numbered(home, fingerprint) for name in list_folder(folder)]
    return [receipt for receipt in found if receipt is not None]
