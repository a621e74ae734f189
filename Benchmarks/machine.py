"""The machine, the moment, and whose versions."""
import datetime
import glob
import importlib.metadata
import os
import platform
import subprocess

PACKAGES = ["SimpleITK", "antspyx", "dipy", "scikit-image", "opencv-python-headless", "PyWavelets",
            "astra-toolbox", "nibabel", "pydicom", "bm4d", "scipy", "numpy"]


def facts(root):
    return {
        "date": datetime.date.today().isoformat(), "processor": processor(),
        "cores": os.cpu_count(), "memory_bytes": memory(), "system": system(),
        "commit": commit(root), "load": os.getloadavg()[0], "packages": packages(),
    }


def processor():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def level():
    """The name of the best level that workers have a program for: v4, else v3; see README."""
    if os.environ.get("RESTORAD_LEVEL", "v4") != "v4":
        return "v3"
    needed = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}
    with open("/proc/cpuinfo") as file:
        flags = next((set(line.split()) for line in file if line.startswith("flags")), set())
    return "v4" if needed <= flags else "v3"


def program(build, name):
    """The program of the machine's level, as the service chooses its workers', and that level."""
    better = os.path.join(build, level(), name)
    return (better, level()) if os.path.exists(better) else (os.path.join(build, name), "v3")


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def memory():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def commit(root):
    done = subprocess.run(["git", "-C", root, "describe", "--always", "--dirty"],
                          capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def packages():
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


def cores(count):
    """So many of the cores that this process may use, on different hardware cores first."""
    allowed = sorted(os.sched_getaffinity(0))
    siblings = {}
    for core in allowed:
        path = f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list"
        for found in glob.glob(path):
            with open(found) as file:
                siblings[core] = file.read()
    seen, first, rest = set(), [], []
    for core in allowed:
        group = siblings.get(core, str(core))
        (rest if group in seen else first).append(core)
        seen.add(group)
    return set((first + rest)[:count])
