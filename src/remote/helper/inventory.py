# What is installed in a venv, as its packages say themselves: for a bill of materials.
import os
import platform
import sys

# What of a package's metadata is told, by the event's words for it. All can stand there several times.
TOLD = {'License': 'license', 'License-Expression': 'expression', 'Classifier': 'classifiers',
        'Requires-Dist': 'requires'}


def take_inventory():
    venv = expand(read_input()['venv'])
    check_whole_venv(venv)
    base = read_receipt(venv).get('base')
    digests = {} if base is None else (read_receipt(base) or {}).get('digests', {})
    found = {}
    # What was installed into the venv itself takes precedence over what is shared.
    for place in [venv] + [base] * (base is not None):
        for package in packages_in(place):
            digest = digests.get('%(name)s %(version)s' % package) if place == base else None
            found.setdefault(package['name'], dict(package, **({'digest': digest} if digest else {})))
    emit('inventory', markers=marker_values(), packages=[found[name] for name in sorted(found)])


def packages_in(place):
    for site in site_folders(place):
        for entry in list_folder(site):
            path = metadata_path(os.path.join(site, entry))
            data = None if path is None else read_file(path)
            fields = [] if data is None else header_fields(data if isinstance(data, str) else os.fsdecode(data))
            names = dict(reversed(fields))
            if 'Name' in names and 'Version' in names:
                package = {'name': normal_name(names['Name']), 'version': names['Version']}
                for field, word in TOLD.items():
                    package[word] = [value for name, value in fields if name == field]
                yield package


def header_fields(text):
    # [('Name', 'Django'), ...]; lines that begin with a blank continue the one before. The description is left out.
    found = []
    for line in text.replace('\r\n', '\n').partition('\n\n')[0].split('\n'):
        name, colon, value = line.partition(':')
        if line[:1] in (' ', '\t') and found:
            found[-1] = (found[-1][0], found[-1][1] + '\n' + line.strip())
        elif colon:
            found.append((name.strip(), value.strip()))
    return found


def marker_values():
    # The variables of PEP 508. Python 2 has no sys.implementation.
    known = getattr(sys, 'implementation', None)
    return {
        'os_name': os.name, 'sys_platform': sys.platform, 'platform_machine': platform.machine(),
        'platform_python_implementation': platform.python_implementation(), 'platform_release': platform.release(),
        'platform_system': platform.system(), 'platform_version': platform.version(),
        'python_version': '%d.%d' % sys.version_info[:2], 'python_full_version': platform.python_version(),
        'implementation_name': known.name if known else '',
        'implementation_version': '%d.%d.%d' % known.version[:3] if known else '0'}
