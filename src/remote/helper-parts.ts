import action from './helper/action.py'
import arriving from './helper/arriving.py'
import bases from './helper/bases.py'
import creation from './helper/creation.py'
import cron from './helper/cron.py'
import deploylock from './helper/deploylock.py'
import digests from './helper/digests.py'
import disk from './helper/disk.py'
import drift from './helper/drift.py'
import fetch from './helper/fetch.py'
import files from './helper/files.py'
import hashing from './helper/hashing.py'
import health from './helper/health.py'
import home from './helper/home.py'
import installed from './helper/installed.py'
import inventory from './helper/inventory.py'
import journal from './helper/journal.py'
import layer from './helper/layer.py'
import lock from './helper/lock.py'
import manifest from './helper/manifest.py'
import mirror from './helper/mirror.py'
import needs from './helper/needs.py'
import note from './helper/note.py'
import noted from './helper/noted.py'
import packages from './helper/packages.py'
import pidfile from './helper/pidfile.py'
import pip from './helper/pip.py'
import ports from './helper/ports.py'
import processes from './helper/process.py'
import prune from './helper/prune.py'
import records from './helper/records.py'
import release from './helper/release.py'
import released from './helper/released.py'
import releases from './helper/releases.py'
import removal from './helper/removal.py'
import resolve from './helper/resolve.py'
import scripts from './helper/scripts.py'
import sdists from './helper/sdists.py'
import services from './helper/services.py'
import settings from './helper/settings.py'
import share from './helper/share.py'
import switchback from './helper/switchback.py'
import templates from './helper/templates.py'
import thin from './helper/thin.py'
import tree from './helper/tree.py'
import unchanged from './helper/unchanged.py'
import units from './helper/units.py'
import uv from './helper/uv.py'
import venv from './helper/venv.py'
import verify from './helper/verify.py'
import wrapper from './helper/wrapper.py'
import wrappers from './helper/wrappers.py'

/** The parts of the helper: loaded by the calls that need them, by these names; `always` by all. */
export const helperParts = {
  always: [disk, lock, processes, home, installed, scripts, venv, bases, thin, action].join('\n'),
  files: `${arriving}\n${files}`,
  tree,
  release,
  pip,
  creation,
  layer,
  sdists,
  settings,
  hashing,
  manifest,
  records,
  packages,
  fetch,
  uv,
  resolve,
  prune,
  wrapper,
  journal,
  inventory,
  noted,
  releases,
  removal,
  share,
  deploylock,
  ports,
  cron,
  wrappers,
  mirror,
  services: `${note}\n${services}`,
  pidfile,
  units,
  digests,
  switchback,
  templates,
  unchanged,
  health,
}

/** Of the one action that goes by itself, `verify`: beside all that builds there is no room for it. */
export const verifyingParts = {
  ...{ always: helperParts.always, hashing, manifest, records, wrapper, release, digests },
  verify: [drift, needs, verify, released].join('\n'),
}
