# What is to be done comes as JSON on stdin: { "hosts", "prefix", "commands", "venv" } or { "hosts", "from", "to" }.
import json
import sys

from fabric import Connection, ThreadingGroup

work = json.load(sys.stdin)

if 'from' in work:
    with Connection(work['hosts'][0]) as connection:
        connection.get(work['from'], work['to'])
elif len(work['hosts']) > 1:
    with ThreadingGroup(*work['hosts']) as group:
        for command in work['commands']:
            group.run(command, hide=True, in_stream=False)
else:
    with Connection(work['hosts'][0]) as connection:
        with connection.prefix(work.get('prefix', 'true')):
            for command in work['commands']:
                result = connection.run(command, hide=True, in_stream=False)
    if 'venv' in work:
        assert '/%s/bin/python' % work['venv'] in result.stdout, result.stdout
