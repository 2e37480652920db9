# What is installed in a venv, read from its metadata: no pip is started for it.
import glob
import os
import re

# 'Name: Django', 'Version: 5.1.4'
FIELD = re.compile(r'^(Name|Version):[ \t]*(\S+)', re.M)


def site_folders(venv):
    # The first is where pip installs to. lib64 is often a link to lib. The venv's own path may hold a [ or *.
    base = re.sub(r'([*?[])', r'[\1]', venv)
    found = []
    for path in sorted(glob.glob(base + '/lib*/*/site-packages') + glob.glob(base + '/site-packages')):
        if not any(os.path.samefile(path, other) for other in found):
            found.append(path)
    return found


def read_installed(venv):
    found = set()
    for site in site_folders(venv):
        for entry in list_folder(site):
            metadata = metadata_of(os.path.join(site, entry))
            if metadata is not None:
                fields = dict(reversed(FIELD.findall(metadata.split('\n\n')[0])))
                if 'Name' in fields and 'Version' in fields:
                    found.add((normal_name(fields['Name']), fields['Version']))
    return sorted(found)


def metadata_of(path):
    file = metadata_path(path)
    return None if file is None else text_of(file)


def metadata_path(path):
    if path.endswith('.dist-info'):
        return os.path.join(path, 'METADATA')
    if path.endswith('.egg-info'):
        return os.path.join(path, 'PKG-INFO') if os.path.isdir(path) else path
    return None


def normal_name(name):
    # 'Django' -> 'django', 'zope.interface' -> 'zope-interface'
    return re.sub('[-_.]+', '-', name).lower()


def points_to(venv, folder):
    # The first file through which an editable install would import from `folder`.
    for site in site_folders(venv):
        for entry in list_folder(site):
            if entry.endswith(('.pth', '.egg-link')) or entry.startswith('__editable__'):
                path = os.path.join(site, entry)
                if os.path.isfile(path) and folder in text_of(path):
                    return path
    return None
