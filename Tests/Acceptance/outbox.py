"""What may be seen under the outbox: whole, listed, and true."""

import gzip
import json
import os
import re
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import logs
import nifti
from custody import digest

JOB = re.compile(r"^\d{8}T\d{6}Z-[A-Z0-9]{2,16}-[0-9a-f]{8}$")

REPORT = {
    "": "version job restorad source recipe steps result quality timing peak_memory_bytes warnings",
    "restorad": "version commit",
    "source": "format files study series modality shape spacing_mm dtype",
    "recipe": "name sha256 why",
    "result": "files series shape dtype clipped_voxels attributes",
    "quality": "before after change",
    "quality.before": "entropy contrast sharpness noise_sigma",
    "quality.after": "entropy contrast sharpness noise_sigma",
    "quality.change": "psnr_db ssim mae mean_shift",
    "timing": "queued started finished read_s compute_s write_s",
}
ITEMS = {"source.files": "name bytes sha256", "steps": "name parameters seconds figures"}


def manifest_fault(folder: Path) -> str | None:
    """What is wrong between a folder and its manifest."""
    try:
        entries = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError) as error:
        return f"no manifest: {error}"
    listed = {entry["path"]: entry for entry in entries}
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}
    if there != set(listed) | {"manifest.json"}:
        return f"not as listed: {sorted(there ^ (set(listed) | {'manifest.json'}))[:5]}"
    for path, entry in listed.items():
        file = folder / path
        if file.stat().st_size != entry["bytes"] or digest(file) != entry["sha256"]:
            return f"{path} is not what the manifest says"
    return None


class Watch:
    """Looks at the outbox all the time: whatever is visible has to be whole at that moment."""

    def __init__(self, outbox: Path) -> None:
        self.outbox = outbox
        self.checks: list[tuple[bool, str]] = []
        self.looks = 0
        self.seen: set[str] = set()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def __enter__(self) -> "Watch":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.ended.set()
        self.thread.join()

    def look(self) -> None:
        while not self.ended.is_set():
            self.looks += 1
            for name in set(os.listdir(self.outbox)) - self.seen:
                self.seen.add(name)
                wrong = manifest_fault(self.outbox / name)
                self.checks.append((wrong is None, f"seen in the outbox: {name}: {wrong}"))
            time.sleep(0.01)


def report_faults(report: dict) -> list[str]:
    """The keys of the contract that a report lacks, or has besides."""
    faults = []

    def compare(place: str, part, keys: str) -> None:
        wanted = set(keys.split())
        if not isinstance(part, dict) or set(part) != wanted:
            there = set(part) if isinstance(part, dict) else set()
            faults.append(f"{place or 'report'}: {sorted(there ^ wanted)}")

    def at(place: str):
        part = report
        for key in filter(None, place.split(".")):
            part = part.get(key, {}) if isinstance(part, dict) else {}
        return part

    for place, keys in REPORT.items():
        if not place and "supersedes" in report:
            keys += " revision supersedes"
        compare(place, at(place), keys)
    for place, keys in ITEMS.items():
        for item in at(place) or [{}]:
            compare(place, item, keys)
    return faults


def allowed_in_enhanced_mr() -> set[str]:
    """What dciodvfy says of attributes that a derived enhanced MR image may have all the same."""
    folder = Path(__file__).parent.parent / "Data" / "dicom-expected"
    names = (folder / "enhanced-mr-may-be-present.txt").read_text().splitlines()
    return {
        "Error - Attribute present when condition unsatisfied (which may not be present "
        f"otherwise) Type 1C Conditional Element=<{name}> Module=<{module}>"
        for name in names
        if not name.startswith("#")
        for module in ("MRPulseSequence", "BulkMotionSynchronization")
    }


ALLOWED_IN_ENHANCED_MR = allowed_in_enhanced_mr()


def dicom_errors(path: Path) -> set[str]:
    """The errors of dciodvfy, without the identifiers that differ from file to file.

    A result refers to its source by the UID that the source bears, be that legal or not.
    Errors that the standard contradicts are left out.
    """
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, check=False)
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    said = text.splitlines()
    allowed = ALLOWED_IN_ENHANCED_MR if "EnhancedMRImage" in said else set()
    lines = (line for line in said if line.startswith("Error") and line not in allowed)
    cited = re.compile(r"\(0x0008,0x1155\)( UI)? Referenced ")
    return {re.sub(r"<[\d.]+>", "<…>", cited.sub(r"(0x0008,0x0018)\1 ", line)) for line in lines}


def check_folder(folder: Path, originals: Path, tally) -> None:
    """Checks one published folder; `originals` are where the sources' names start."""
    name = folder.name
    tally.check(bool(JOB.match(name)), f"{name} is not the name of a job")
    wrong = manifest_fault(folder)
    if not tally.check(wrong is None, f"{name}: {wrong}"):
        return
    report = json.loads((folder / "report.json").read_text())
    faults = report_faults(report)
    tally.check(not faults, f"{name}/report.json: {faults}")
    tally.check(report["job"] == name, f"{name}/report.json is that of {report['job']}")
    tally.check(report["result"]["clipped_voxels"] == 0, f"{name}: voxels were clipped")
    logs.check_job(folder, tally)
    results = sorted(p for p in (folder / "result").iterdir())
    tally.check(
        sorted(report["result"]["files"]) == [p.name for p in results],
        f"{name}/report.json lists other results than there are",
    )
    sources = [originals / file["name"] for file in report["source"]["files"]]
    if report["source"]["format"] == "DICOM":
        check_dicom(name, results, sources, tally)
    else:
        check_nifti(name, results, sources, tally)


def check_dicom(name: str, results: list[Path], sources: list[Path], tally) -> None:
    tally.check(
        len(results) == len(sources), f"{name}: {len(results)} results of {len(sources)} files"
    )
    with ThreadPoolExecutor(2) as pool:
        known = set().union(*pool.map(dicom_errors, sources))
        for result, errors in zip(results, pool.map(dicom_errors, results)):
            new = sorted(errors - known)
            tally.check(not new, f"{name}/{result.name}: dciodvfy: {new[:3]}")


def check_nifti(name: str, results: list[Path], sources: list[Path], tally) -> None:
    volumes = [p for p in results if p.name.endswith("_restored.nii.gz")]
    tally.check(len(volumes) == 1, f"{name}: results are {[p.name for p in results]}")
    for volume in volumes:
        try:
            content = gzip.decompress(volume.read_bytes())
        except (OSError, EOFError) as error:
            tally.check(False, f"{name}/{volume.name}: {error}")
            continue
        opened = next(p for p in sources if p.name.endswith(nifti.OPENED))
        faults = nifti.faults(content, nifti.header_bytes(opened))
        tally.check(not faults, f"{name}/{volume.name}: {faults}")


def check(service, tally) -> int:
    """Checks every published folder; returns how many there are."""
    published = {j["job"] for j in service.jobs() if j["state"] == "published"}
    there = set(os.listdir(service.outbox))
    tally.check(there == published, f"outbox and ledger differ: {sorted(there ^ published)[:5]}")
    for name in sorted(there):
        check_folder(service.outbox / name, service.state_folder / "archive" / name, tally)
    return len(there)
