"""Nothing personal leaks: scans full of marks go every way that a scan can go, and no mark may be
heard of.

    canary.py BINARY
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import daemon
import dicomfile
import tellingscan
from tellingscan import BORN, MARKS, NAME, VALUE, dicom, nifti, sidecar

WAYS = {"published", "failed", "held", "duplicate", "skipped"}


def configuration(root: Path, names: bool) -> str:
    """An inbox whose recipes ask for identifying elements, one that names its recipe."""
    lines = [f"state: {root}/state", "workers: 1", "inboxes:"]
    for name, recipe, assume in (("ruled", "auto", ""), ("named", "keep", "")):
        lines += [
            f"  - name: {name}", f"    path: {root}/{name}", f"    outbox: {root}/outbox",
            f"    recipe: {recipe}", "    poll: 200ms",
            "    settle: { file: 60ms, series: 250ms, longest: 1500ms }"]
    # No mark stands in the configuration: what is told of a rule is told of the scan.
    asked = ["PatientName", "SeriesDescription", "StudyDescription", "InstitutionName",
             "ProtocolName", "StationName", "PatientID", "StudyDate"]
    lines += ["recipes:"]
    for number, key in enumerate(asked):
        lines += [f"  - name: never{number}",
                  f"    when: {{ {key}: {{ matches: '[a-z]{{40}}' }} }}", "    steps: []"]
    tests = ", ".join(f"{key}: {{ matches: '.' }}" for key in asked)
    lines += ["  - name: described", f"    when: {{ Format: DICOM, {tests} }}", "    steps: []",
              "  - name: keep", "    when: { Format: DICOM, Modality: XA }",
              "    steps: []", "limits: { memory: 16GiB, attempts: 2 }",
              f"log: {{ level: debug, format: json, names: {str(names).lower()} }}", ""]
    return "\n".join(lines)


def put(root: Path, place: str, content: bytes) -> None:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name("." + path.name)
    beside.write_bytes(content)
    os.rename(beside, path)


def hand_in(root: Path) -> None:
    """Everything but what comes twice."""
    folder = f"named/{NAME}^folder"
    short = ("US", b"\x09\0")
    put(root, f"{folder}/{NAME}.dcm", dicom(1, 1))
    put(root, f"ruled/{NAME}/described.dcm", dicom(2, 2))
    put(root, f"ruled/{NAME}/{NAME}_T1w.nii", nifti(3))
    put(root, f"ruled/{NAME}/{NAME}_T1w.json", sidecar())
    put(root, f"ruled/{NAME}/un{NAME}.nii", nifti(4, intent=1007))
    for plane in (0, 1, 3):
        put(root, f"{folder}/gap/{NAME}{plane}.dcm", dicom(10 + plane, 3, plane))
    put(root, f"{folder}/{NAME}-capture.dcm",
        dicom(20, 4, t00080016=("UI", "1.2.840.10008.5.1.4.1.1.7"), t00080060=("CS", "OT")))
    put(root, f"{folder}/{NAME}-cut.dcm", dicom(21, 5)[:-300])
    put(root, f"{folder}/{NAME}-bits.dcm", dicom(22, 6, t00280101=short))
    put(root, f"{folder}/{NAME}-colour.dcm", dicom(23, 7, t00280004=("CS", "YBR_ODD")))
    put(root, f"{folder}/{NAME}-text.dcm", f"Dear {VALUE}, born {BORN}".encode())
    put(root, f"{folder}/{NAME}.nii", nifti(24))
    put(root, f"{folder}/{NAME}.json", b'{"PatientName": "' + VALUE.encode() + b'", broken')
    put(root, f"{folder}/{NAME}-cut.nii", nifti(25)[:900])
    put(root, f"{folder}/{NAME}.nii.gz", VALUE.encode() * 50)
    damage(root, folder)


def damage(root: Path, folder: str) -> None:
    """Headers with bytes turned, elements cut and lengths wrong: libraries like to quote those."""
    chance = random.Random("canary")
    for number in range(60):
        content = bytearray(dicom(100 + number, 100 + number))
        for _ in range(chance.randrange(1, 8)):
            content[chance.randrange(132, 6000) % len(content)] = chance.randrange(256)
        if number % 3 == 0:
            at = chance.randrange(300, 4000)
            del content[at:at + chance.randrange(1, 9)]
        put(root, f"{folder}/{NAME}-damaged{number}.dcm", bytes(content))
        volume = bytearray(nifti(100 + number))
        volume[chance.randrange(40, 348)] = chance.randrange(256)
        put(root, f"{folder}/{NAME}-damaged{number}.nii", bytes(volume))


def duplicate(root: Path) -> None:
    """The same content again."""
    put(root, f"named/{NAME}-again.dcm", dicom(1, 1))


def conflict(root: Path) -> None:
    """A known SOP Instance UID with other pixels."""
    other = tellingscan.slice_of(1, 1, pixels=b"\1\2" * 256)
    put(root, f"named/{NAME}-other.dcm", dicomfile.whole_file(other))


def crash_workers(life: daemon.Life, root: Path) -> bool:
    """Ends workers in the middle of a scan, as a fault of their own would."""
    crashes = 0
    for number in range(40):
        put(root, f"named/{NAME}-crash{number}.dcm", dicom(500 + number, 500 + number))
        with life.condition:
            seen = len(life.events)
        if life.wait_for({"job.started"}, 5, after=seen):
            crashes += sum(daemon.send(pid, signal.SIGSEGV) for pid in life.workers())
        if crashes > 2 and "worker.crashed" in life.events:
            return True
    return False


def wait_for_rest(binary: str, root: Path) -> bool:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        status = ask(binary, root, "status", "--json")
        left = [p for box in ("named", "ruled") for p in (root / box).rglob("*") if p.is_file()]
        if not left and not any(f'"{s}":0' not in status.replace(" ", "")
                                for s in ("waiting", "queued", "running")):
            return True
        time.sleep(0.2)
    return False


def ask(binary: str, root: Path, *words: str) -> str:
    done = subprocess.run(
        [binary, *words, "--config", str(root / "restorad.yaml")], capture_output=True, text=True,
        check=False, cwd=root)
    return done.stdout + done.stderr


def told(binary: str, root: Path) -> dict[str, str]:
    """Everything that is told to people and machines, by where it is told."""
    texts = {"the daemon's log": (root / "daemon.jsonl").read_text("utf-8", "replace")}
    for verb in ("status", "jobs"):
        texts[f"restorad {verb}"] = ask(binary, root, verb)
        texts[f"restorad {verb} --json"] = ask(binary, root, verb, "--json")
    ledger = sqlite3.connect(root / "state" / "ledger.sqlite")
    columns = [row[1] for row in ledger.execute("PRAGMA table_info(event)")]
    events = ledger.execute(f"SELECT {','.join(columns)} FROM event").fetchall()
    texts["events in the ledger"] = repr(events)
    texts["reasons in the ledger"] = repr(
        ledger.execute("SELECT id, modality, reason, recipeWhy, warnings FROM job").fetchall())
    ledger.close()
    places = ("outbox", "state/work", "state/archive", "state/quarantine")
    names = [f"{place}/{job}" for place in places for job in os.listdir(root / place)]
    texts["names of folders"] = "\n".join(names)
    for path in (root / "outbox").glob("*/log.jsonl"):
        texts[f"outbox/{path.parent.name}/log.jsonl"] = path.read_text()
    for path in (root / "state" / "quarantine").glob("*/reason.json"):
        texts[f"quarantine/{path.parent.name}/reason.json"] = path.read_text()
    for path in (root / "outbox").glob("*/report.json"):
        texts[f"outbox/{path.parent.name}/report.json"] = path.read_text()
    return texts


def leaks(texts: dict[str, str], names_allowed: bool) -> list[str]:
    """Where a mark is told that must not be."""
    found = []
    for place, text in texts.items():
        for mark in MARKS:
            # A job's own report and reason name its files, and its result is called like them.
            is_name = mark == NAME.lower()
            may = is_name and (names_allowed or place.endswith((".json", "--json show")))
            at = text.lower().find(mark)
            if at >= 0 and not may:
                found.append(f"{place} tells {mark}: …{text[max(0, at - 120):at + 40]!r}…")
    return found


def run(binary: str, root: Path, names: bool, tally) -> None:
    """One daemon, all ways."""
    (root / "restorad.yaml").write_text(configuration(root, names))
    for folder in ("named", "ruled", "outbox"):
        (root / folder).mkdir(parents=True)
    os.environ["SWIFT_BACKTRACE"] = "enable=yes,color=no"
    life = daemon.Life(binary, root / "restorad.yaml", root / "daemon.jsonl")
    try:
        tally.check(life.wait_for({"daemon.ready"}, 20), "the daemon did not start")
        hand_in(root)
        tally.check(wait_for_rest(binary, root), "canary: no rest")
        duplicate(root)
        tally.check(wait_for_rest(binary, root), "canary: no rest after a duplicate")
        conflict(root)
        if not names:
            tally.check(crash_workers(life, root), "canary: no worker crashed")
        tally.check(wait_for_rest(binary, root), "canary: no rest at the end")
        life.send(signal.SIGTERM)
        tally.check(life.end() == 0, "canary: the daemon did not end well")
    finally:
        if life.is_running:
            life.process.kill()
            life.end()
    jobs = ask(binary, root, "jobs", "--json")
    for state in WAYS:
        tally.check(f'"{state}"' in jobs, f"canary: nothing ended as {state}")
    texts = told(binary, root)
    for leak in leaks(texts, names)[:20]:
        tally.check(False, f"names {'shown' if names else 'hidden'}: {leak}")
    tally.check(len(texts) > 20, "canary: too little was told to look at")
    if names:
        tally.check(NAME in texts["the daemon's log"], "log.names: true shows no names")


def check(binary: str, tally) -> None:
    """Both ways of logging."""
    for names in (False, True):
        root = Path(tempfile.mkdtemp(prefix="restorad-canary."))
        try:
            run(binary, root, names, tally)
        finally:
            if "KEEP" not in os.environ:
                shutil.rmtree(root, ignore_errors=True)
            else:
                print(root)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Acceptance"))
    from tally import Tally
    total = Tally()
    check(os.path.abspath(sys.argv[1]), total)
    print(total.summary())
    sys.exit(1 if total.failed else 0)
