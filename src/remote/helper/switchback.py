# Back to what served before a switch that did not go well.
import os


def switch_back():
    # What a full disk keeps from being noted must not keep the link from being turned. The mark comes first: killed
    # behind it, the next deploy takes the release for what it is.
    given = read_input()
    to, number, back = expand(given['to']), given['number'], given.get('back')
    check_ours(to)
    with state_lock(to):
        if current_number(to) != number:
            return
        missed = attempt(write_new, os.path.join(release_path(to, number), 'failed'), b'', 0o644)
        if back is not None:
            check_whole_release(to, back)
            missed += note_way_back(to, given, number, back)
            put_link('releases/%d' % back, os.path.join(to, 'current'), os.path.join(marker_of(to), 'next'))
            emit('switched', **{'from': number, 'to': back})
    if missed:
        raise Failure('release %d serves, but that could not be noted' % (number if back is None else back), missed,
                      'deploy again when that is mended')


def note_way_back(to, given, number, back):
    generation = read_generation(to)
    way = dict(given, how='switch back', generation=generation)
    return (attempt(note_switch, to, way, number, back) + attempt(mark_left, to, number, back, False) +
            attempt(mark_unsettled, to, back) + attempt(write_generation, to, generation + 1))


def attempt(act, *given):
    try:
        act(*given)
        return []
    except (IOError, OSError) as error:
        return [str(error)]
