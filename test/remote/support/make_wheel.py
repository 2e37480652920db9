# Makes a wheel by hand: make_wheel.py FOLDER NAME VERSION. It holds one module of that name with that version.
import base64
import hashlib
import sys
import zipfile

folder, name, version = sys.argv[1:]
info = '%s-%s.dist-info/' % (name, version)
files = [
    (name + '.py', 'version = %r\n' % version),
    (info + 'METADATA', 'Metadata-Version: 2.1\nName: %s\nVersion: %s\n' % (name, version)),
    (info + 'WHEEL', 'Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n'),
]
record = ''
for path, text in files:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode('ascii')).digest()).decode('ascii').rstrip('=')
    record += '%s,sha256=%s,%d\n' % (path, digest, len(text))
files.append((info + 'RECORD', record + info + 'RECORD,,\n'))
with zipfile.ZipFile('%s/%s-%s-py2.py3-none-any.whl' % (folder, name, version), 'w') as wheel:
    for path, text in files:
        wheel.writestr(path, text)
