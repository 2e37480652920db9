# Tells in one line what the Python that runs it is. Python 2.7 to 3.14. Arguments: whose Pythons count (`any`, or `hosts`:
# no venv's), and the path by which it was started.
import sys

# With -c, the folder one is in comes first: a sysconfig.py there must not be run.
sys.path = [folder for folder in sys.path if folder]
import glob
import os
import sysconfig


def folder_of(module):
    try:
        from importlib.util import find_spec
    except ImportError:
        import imp
        try:
            return imp.find_module(module)[1]
        except ImportError:
            return None
    spec = find_spec(module)
    return os.path.dirname(spec.origin) if spec and spec.origin else None


# Debian ships ensurepip's wheels apart, in a folder of its own, or not at all.
def has_ensurepip():
    folder = folder_of("ensurepip")
    wheels = [folder and os.path.join(folder, "_bundled"), sysconfig.get_config_var("WHEEL_PKG_DIR")]
    if folder and folder.startswith("/usr/lib"):
        wheels.append("/usr/share/python-wheels")
    return bool(folder) and any(place and glob.glob(os.path.join(place, "pip-*.whl")) for place in wheels)


def implementation():
    if hasattr(sys, "implementation"):
        return sys.implementation.name
    return "pypy" if hasattr(sys, "pypy_version_info") else "cpython"


# Python 2 has no SOABI: the width of its unicode is what matters.
def abi():
    plain = "%s-%d%d%s" % (implementation(), sys.version_info[0], sys.version_info[1], "mu" if sys.maxunicode > 65535 else "m")
    return sysconfig.get_config_var("SOABI") or getattr(getattr(sys, "implementation", None), "cache_tag", None) or plain


# Which wheels can be loaded: glibc says its version; musl's loader says it on stderr; macOS has the system's.
def libc():
    if sys.platform == "darwin":
        import platform
        return "macos " + platform.mac_ver()[0]
    try:
        # 2: Python 2 may not know the name.
        return os.confstr(os.confstr_names.get("CS_GNU_LIBC_VERSION", 2)) or musl()
    except (ValueError, OSError):
        return musl()


def musl():
    for loader in glob.glob("/lib/ld-musl-*.so.1"):
        import subprocess
        said = subprocess.Popen([loader], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).communicate()[0].decode("ascii", "replace")
        for line in said.split("\n"):
            if line.startswith("Version "):
                return "musl " + line.split()[1]
    return ""


# A 32-bit Python on a 64-bit kernel.
def platform_name():
    name = sysconfig.get_platform()
    return name if sys.maxsize > 2**32 else name.replace("x86_64", "i686").replace("aarch64", "armv8l")


base = getattr(sys, "real_prefix", getattr(sys, "base_prefix", sys.prefix))
if base == sys.prefix or sys.argv[1] == "any":
    fields = [
        sys.version.split()[0].rstrip("+"),
        implementation(),
        abi(),
        platform_name(),
        "yes" if folder_of("venv") else "no",
        "yes" if has_ensurepip() else "no",
        os.path.realpath(sys.argv[2]),
        libc(),
    ]
    sys.stdout.write("\x1f".join(fields) + "\n")
