# What is to be done comes as JSON on stdin: { "hosts": [{ "address", "port", "user", "jump" }], "commands", "key" }.
import json
import sys

from pssh.clients import ParallelSSHClient
from pssh.config import HostConfig

work = json.load(sys.stdin)


def config(host):
    jump = host['jump']
    through = {} if jump is None else {
        'proxy_host': jump['address'],
        'proxy_port': jump['port'],
        'proxy_user': jump['user'],
        'proxy_pkey': work['key'],
    }
    return HostConfig(port=host['port'], user=host['user'], private_key=work['key'], **through)


hosts = [host['address'] for host in work['hosts']]
configs = [config(host) for host in work['hosts']]
client = ParallelSSHClient(hosts, host_config=configs, pool_size=64, allow_agent=False)
for command in work['commands']:
    output = client.run_command(command)
    client.join(output, consume_output=True)
    for each in output:
        assert each.exit_code == 0, '%s: %s ended with %s' % (each.host, command, each.exit_code)
