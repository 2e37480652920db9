# What `pip check` would say, by pip's own reader of requirements, in the interpreter that the packages are for. Started
# before the files are read, and asked after it.
import json
import os
import subprocess

NEEDS = '\n'.join([
    'import io, json, os, re, sys',
    'sys.path.insert(0, sys.argv[1])',
    'from pip._vendor.packaging.requirements import Requirement',
    'def norm(name): return re.sub("[-_.]+", "-", name).lower()',
    'found = {}',
    'for site in sys.argv[2:]:',
    '    for entry in sorted(os.listdir(site)):',
    '        path = os.path.join(site, entry, "METADATA")',
    '        if entry.endswith(".dist-info") and os.path.isfile(path):',
    '            with io.open(path, encoding="utf-8", errors="replace") as file: head = file.read().split("\\n\\n")[0]',
    '            fields = re.findall(r"^(Name|Version|Requires-Dist): *(.*)", head, re.M)',
    '            one = dict(reversed(fields))',
    '            needs = [text for key, text in fields if key == "Requires-Dist"]',
    '            if "Name" in one: found.setdefault(norm(one["Name"]), (one["Name"], one.get("Version", ""), needs))',
    'said = []',
    'for key in sorted(found):',
    '    name, version, needs = found[key]',
    '    for text in needs:',
    '        if re.search("; *extra *==", text) and " or " not in text: continue',
    '        try: need = Requirement(text)',
    '        except Exception: continue',
    '        if need.marker is not None and not need.marker.evaluate({"extra": ""}): continue',
    '        other = found.get(norm(need.name))',
    '        text = "%s %s requires %s" % (name, version, need.name)',
    '        if other is None: said.append(text + ", which is not installed")',
    '        elif need.specifier and not need.specifier.contains(other[1], prereleases=True):',
    '            said.append("%s%s, and %s is installed" % (text, need.specifier, other[1]))',
    'print(json.dumps(["%d.%d.%d" % sys.version_info[:3], said]))'])


class Needs(object):
    def __init__(self, receipt, pip, sites):
        self.real = receipt['python']['real']
        arguments = [self.real, '-E', '-s', '-S', '-c', NEEDS, pip] + sites
        try:
            with open(os.devnull, 'wb') as null:
                self.process = start(arguments, clean_env(), '/', stdout=subprocess.PIPE, stderr=null)
        except OSError:
            self.process = None

    def answer(self):
        # The interpreter's version, and lines about what is not met; no version where it could not be asked.
        output = self.process.communicate()[0] if self.process else b''
        if self.process is None or self.process.returncode != 0:
            return None, ['whether requirements are met could not be asked of ' + self.real]
        return tuple(json.loads(output.decode('utf-8')))
