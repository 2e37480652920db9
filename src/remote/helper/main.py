# What this program can do for a deploy.
import sys

# The function of each, and the parts that it needs from the start.
FUNCTIONS = {
    'files': ('receive_files', ('files',)),
    'fetch': ('fetch_files', ('files', 'mirror')),
    'venv': ('build_venv', ()),
    'release': ('create_release', ('files', 'tree', 'release', 'unchanged', 'share', 'digests', 'templates', 'creation',
                                   'services', 'wrappers')),
    'switch': ('switch', ('journal', 'release')),
    'switch-back': ('switch_back', ('journal', 'release', 'switchback')),
    'health': ('check_health', ('health',)),
    'link': ('link_venv', ('journal',)),
    'remove-venv': ('remove_venv', ()),
    'resolve': ('resolve', BUILDING + ('resolve',)),
    'prune': ('prune', ('prune',)),
    'verify': ('verify', ('hashing', 'manifest', 'records', 'release', 'digests', 'verify')),
    'check-release': ('check_release', ('creation', 'release', 'releases')),
    'retire': ('retire', ('release', 'releases')),
    'renew-release': ('renew_release', ('release', 'unchanged', 'releases')),
    'check-venv': ('check_venv', ('creation', 'releases')),
    'remove-instance': ('remove_instance', ('release', 'creation', 'services', 'removal', 'ports', 'cron',
                                            'wrappers')),
    'services': ('act_on_services', ('release', 'creation', 'services')),
    'cron': ('write_cron', ('release', 'cron')),
    'wrappers': ('write_wrappers', ('release', 'wrappers')),
    'ports': ('take_ports', ('release', 'ports')),
    'lock': ('take_deploy_lock', ('release', 'deploylock')),
    'inventory': ('take_inventory', ('inventory',)),
    'note-venv': ('note_venv', ('noted',)),
    'wrapper': ('write_wrapper', ('wrapper',)),
}


def action_of(function, parts):
    def act():
        load(*parts)
        globals()[function]()
    return act


ACTIONS = dict((name, action_of(*given)) for name, given in FUNCTIONS.items())

if __name__ == '__main__':
    sys.exit(perform(ACTIONS, sys.argv[1]))
