# A line or a block of lines in a file that is otherwise somebody else's.
import os
import stat


def edit(job):
    # Through a link, as an editor does.
    path = os.path.realpath(job['path'])
    found = look(path)
    if found is not None and not stat.S_ISREG(found.st_mode):
        raise Failure('%s is %s, and a file is wanted there' % (path, kind_of(found)))
    if found is None and job['absent']:
        return False
    if found is None and not job['create']:
        if not job['check']:
            raise Failure('there is no file %s' % path, [], 'say create: true if it is to be made')
        show(['%s is not there yet' % path])
        return True
    old = b'' if found is None else read_file(path)
    text = Lines(old)
    EDITS[job['kind']](text, job)
    return put_text(job, path, text.joined(), found)


class Lines(object):
    # A text's lines; those that come in end as the others do.
    def __init__(self, data):
        self.old, self.tail = data, b'\r' if b'\r\n' in data else b''
        self.lines = data.split(b'\n')
        if not self.lines[-1]:
            self.lines.pop()
        self.was = list(self.lines)

    def bare(self):
        return [line[:-1] if self.tail and line.endswith(self.tail) else line for line in self.lines]

    def joined(self):
        # Unchanged is unchanged to the byte.
        return self.old if self.lines == self.was else b''.join(line + b'\n' for line in self.lines)


def edit_line(text, job):
    line, match = [raw_bytes(job[key]) if job.get(key) is not None else None for key in ('line', 'match')]
    is_meant = (lambda each: each == line) if match is None else (lambda each: match in each)
    bare = text.bare()
    meant = [number for number, each in enumerate(bare) if is_meant(each)]
    if job['absent']:
        text.lines = [each for number, each in enumerate(text.lines) if number not in meant]
    elif line in bare:
        return
    elif len(meant) > 1:
        raise Failure('%d lines of %s hold "%s"' % (len(meant), job['path'], job['match']),
                      ['lines ' + ', '.join(str(number + 1) for number in meant[:10])],
                      'say more of the line that is meant in match:')
    elif meant:
        text.lines[meant[0]] = line + text.tail
    else:
        text.lines.append(line + text.tail)


def edit_block(text, job):
    first, last = [raw_bytes('%s venvoy: %s%s' % (job['comment'], end, job['name'])) for end in ('', 'end of ')]
    inner = [] if job['absent'] else Lines(raw_bytes(job['block'])).lines
    block = [] if job['absent'] else [line + text.tail for line in [first] + inner + [last]]
    starts, ends = [[number for number, each in enumerate(text.bare()) if each == mark] for mark in (first, last)]
    if not starts and not ends:
        text.lines.extend(block)
    elif len(starts) == 1 and len(ends) == 1 and starts[0] < ends[0]:
        text.lines[starts[0]:ends[0] + 1] = block
    else:
        raise Failure('the block "%s" of %s is not whole' % (job['name'], job['path']),
                      ['it begins %d times and ends %d times' % (len(starts), len(ends))],
                      'take the lines "%s venvoy: ..." out of it by hand' % job['comment'])


EDITS = {'line': edit_line, 'block': edit_block}
