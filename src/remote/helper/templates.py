# Texts of deploy.yml that are files of a release.
import os


def put_templates(templates, tree, links):
    # Before what is shared is linked in: no text goes through a link. Nobody else ever reads one that is not for them.
    check_entries(templates, links)
    for each in templates:
        path = os.path.join(tree, each['path'])
        make_parent(tree, each['path'])
        remove_file(path)
        write_new(path, raw_bytes(each['text']), each['mode'] & 0o700)
        os.chmod(path, each['mode'])


def template_digests(to, templates):
    # The mode counts: a file that others may read is another one.
    return keyed_digests(to, dict((each['path'], '%o ' % each['mode'] + each['text']) for each in templates))
