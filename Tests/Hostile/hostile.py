"""Hostile files: no file may take down more than its own look, or ask for more than it may.

A jailed worker of the program under test looks at damaged files and bombs, and restores those that
it takes for whole. Each order has to end by itself with a word about its file, within 10 s of CPU
time and 1 GiB; a good scan between them has to come out as ever. Then a daemon takes in some of
them: each has to end in quarantine with a reason, and the good scan beside them is published.

    hostile.py BINARY [--seed N] [--effort N] [--verbose]
"""

import argparse
import hashlib
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "Acceptance"))

import bombs
import damage
import jailed
import packs
from tally import Tally

DATA = Path(__file__).resolve().parent.parent / "Data"
FILES = {
    "dicom": [
        "MR_small_implicit.dcm", "MR_small_deflated.dcm", "MR_small_RLE.dcm",
        "MR_small_jp2klossless.dcm", "MR_small_htj2k_lossless.dcm", "MR_small_jpeg_ls_lossless.dcm",
        "../dicom-reals/mr-float.dcm",
    ],
    "nifti": ["functional.nii", "example_nifti2.nii.gz", "minimal_extended_hdr.nii"],
}
# Only where there is time for it.
MORE = {
    "dicom": [
        "MR_small.dcm", "MR_small_expb.dcm", "MR_small_jpeg_lossless_sv1.dcm", "chrH31.dcm",
        "../dicom-reals/map-double.dcm", "../dicom-reals/pt-uint32-rle.dcm",
    ],
    "nifti": ["5D_small.nii", "resampled_anat_moved.nii"],
}
GOOD = DATA / "dicom" / "MR_small_implicit.dcm"
MOST_SECONDS = 10
MOST_BYTES = 1 << 30
# The whole address space, as the daemon gives it for its default of 8 GiB.
LIMIT = 8 << 30


class Trial:
    def __init__(self, binary: str, folder: Path, tally: Tally, is_telling: bool) -> None:
        self.is_telling = is_telling
        self.folder = folder
        self.tally = tally
        self.worker = jailed.Worker(binary, LIMIT)
        self.worst = {"seconds": 0.0, "bytes": 0}
        self.looks = self.jobs = 0
        self.good = self.restored(GOOD)
        tally.check(bool(self.good), "the good scan is not restored")

    def restored(self, path: Path) -> dict[str, str]:
        """The SHA-256 of what a job makes of a file, by name; empty when it is refused."""
        return self.job(path, "good")

    def judge(self, ending: jailed.Ending, what: str, words: bool) -> bool:
        """Whether an order ended as it should."""
        self.worst["seconds"] = max(self.worst["seconds"], ending.cpu_seconds)
        self.worst["bytes"] = max(self.worst["bytes"], ending.peak_bytes)
        if self.is_telling and (ending.cpu_seconds > 1 or ending.peak_bytes > 256 << 20):
            print(f"{what}: {ending.cpu_seconds:.1f} s, {ending.peak_bytes >> 20} MiB", flush=True)
        fits = ending.cpu_seconds <= MOST_SECONDS and ending.peak_bytes <= MOST_BYTES
        return self.tally.check(
            ending.signal == 0 and ending.status == 0 and words and fits,
            f"{what}: signal {ending.signal}, status {ending.status}, {ending.cpu_seconds:.1f} s,"
            f" {ending.peak_bytes >> 20} MiB, {str(ending.replies)[:200]}")

    def look(self, paths: list[Path], what: str, metal: bool = False) -> list[bool]:
        """Has files looked at; says which pass for whole scans that may be restored."""
        self.looks += len(paths)
        ending = self.worker.ask(jailed.probe([str(path) for path in paths], metal))
        verdicts = [reply["probed"]["_0"] for reply in ending.replies if "probed" in reply]
        if not self.judge(ending, what, len(verdicts) == len(paths)) and len(paths) > 1:
            for number, path in enumerate(paths):
                self.look([path], f"{what}, file {number}")
            return [False] * len(paths)
        return [self.may_be_restored(verdict) for verdict in verdicts]

    def may_be_restored(self, verdict: dict) -> bool:
        if "whole" not in verdict:
            reason = verdict.get("incomplete", verdict.get("notScan", {})).get("_0", "-")
            self.tally.check(bool(reason), "a verdict without a reason")
            return False
        facts = verdict["whole"]["_0"]
        # What is honestly large waits for memory before a job begins.
        is_small = math.prod(facts["shape"]) <= MOST_BYTES >> 4
        return is_small and "skipReason" not in facts and "unsupportedReason" not in facts

    def job(self, path: Path, what: str, steps: tuple[str, ...] = ("median",)) -> dict[str, str]:
        """Restores one file."""
        self.jobs += 1
        output = self.folder / "output"
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir()
        if path.name.endswith((".zip", ".tar", ".tar.gz", ".tgz")):
            return self.unpack(path, what, output)
        form = "NIfTI" if ".nii" in path.name else "DICOM"
        ending = self.worker.ask(jailed.restore(str(path), form, str(output), list(steps)))
        refusals = [reply["refused"]["_0"] for reply in ending.replies if "refused" in reply]
        reasons = [refusal["reason"] for refusal in refusals]
        done = any("restored" in reply for reply in ending.replies)
        self.judge(ending, what, done or any(reasons))
        if not done:
            return {}
        return {
            entry.name: hashlib.sha256(entry.read_bytes()).hexdigest()
            for entry in output.iterdir() if entry.is_file()
        }

    def unpack(self, path: Path, what: str, output: Path) -> dict[str, str]:
        """Unpacks an archive; whatever becomes of it, nothing stands outside of its folder."""
        ending = self.worker.ask(jailed.unpack(str(path), str(output)))
        done = any("unpacked" in reply or "refused" in reply for reply in ending.replies)
        self.judge(ending, what, done)
        strange = [entry for entry in output.rglob("*") if entry.is_symlink() or not (entry.is_file() or entry.is_dir())]
        self.tally.check(not strange, f"{what}: links or the like were unpacked")
        shutil.rmtree(output)
        return {}

    def still_good(self, after: str) -> None:
        """The next job runs as if nothing had been."""
        self.tally.check(self.restored(GOOD) == self.good, f"the good scan came out otherwise after {after}")


def in_batches(trial: Trial, name: str, variants, what: str, most_jobs: int) -> None:
    """Looks at variants of a file, and restores as many of those that pass as are wanted."""
    jobs = 0
    batch: list[Path] = []

    def flush() -> None:
        nonlocal jobs
        for path, passes in zip(batch, trial.look(batch, f"{name}, {what}"), strict=True):
            if passes and jobs < most_jobs:
                jobs += 1
                trial.job(path, f"{name}, {what}: the job")
            path.unlink()
        batch.clear()

    for number, content in enumerate(variants):
        # The names of pairs and packed files decide how they are read.
        folder = trial.folder / str(number % 256)
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        batch.append(folder / name)
        if len(batch) == 256:
            flush()
    if batch:
        flush()


def damaged_files(trial: Trial, seed: int, effort: int) -> None:
    """Cut, flipped and overflowing variants of real files."""
    for kind, names in FILES.items():
        for name in names + (MORE[kind] if effort > 1 else []):
            numbers = random.Random(f"{seed} {name}")
            content = (DATA / kind / name).read_bytes()
            name = Path(name).name
            cuts = (content[:end] for end in damage.lengths(len(content), numbers))
            in_batches(trial, name, cuts, "cut", 10)
            in_batches(trial, name, damage.flips(content, 160 * effort, numbers), "flipped", 40 * effort)
            in_batches(
                trial, name, damage.extremes(content, 160 * effort, numbers), "extreme", 30 * effort)
            if kind == "dicom":
                in_batches(trial, name, damage.targeted_dicom(content), "overflow", 60 * effort)
            elif not name.endswith(".gz"):
                in_batches(trial, name, damage.targeted_nifti(content), "overflow", 60 * effort)
            trial.still_good(name)


def bomb_files(trial: Trial) -> None:
    """Files that ask for far more than they hold."""
    for name, content in bombs.all_bombs(DATA):
        path = trial.folder / name
        path.write_bytes(content)
        if trial.look([path], name, metal=True) == [True]:
            trial.job(path, f"{name}: the job")
        path.unlink()
        trial.still_good(name)


def archives(trial: Trial, seed: int, effort: int) -> None:
    """Archives that are to be refused, and damaged honest ones."""
    for name, content in packs.all_packs(DATA):
        path = trial.folder / name
        path.write_bytes(content)
        passes = trial.look([path], name)
        trial.tally.check(passes == [False], f"{name} was taken for an archive to unpack")
        # Very many files take the disk's time, not the worker's.
        if not name.startswith("many"):
            trial.job(path, f"{name}: unpacking")
        path.unlink()
    trial.tally.check(not Path("/tmp/slip.dcm").exists(), "something was unpacked elsewhere")
    for name, content in packs.honest(DATA).items():
        numbers = random.Random(f"{seed} {name}")
        cuts = (content[:end] for end in damage.lengths(len(content), numbers))
        in_batches(trial, name, cuts, "cut", 10)
        in_batches(trial, name, damage.flips(content, 160 * effort, numbers), "flipped", 40 * effort)
        trial.still_good(name)


def by_daemon(binary: str, root: Path, tally: Tally) -> None:
    """A daemon takes in hostile files with a good one among them."""
    inbox = root / "inbox"
    inbox.mkdir()
    configuration = root / "restorad.yaml"
    configuration.write_text(
        f"state: {root / 'state'}\ninboxes:\n  - name: in\n    path: {inbox}\n"
        f"    outbox: {root / 'outbox'}\n    recipe: mild\n"
        "    settle: { file: 200ms, series: 500ms, longest: 1s }\n"
        "recipes:\n  - name: mild\n    steps: [median: {}]\n"
        "log: { format: json }\n")
    hashes = {}
    chosen = {"open-sequences.dcm", "deflated-endless.dcm", "endless.nii.gz", "announced.nii",
              "honest.nii.gz", "frames.dcm", "rle-lie.dcm", "j2k-MR-65535-MR_small_jp2klossless.dcm"}
    for name, content in bombs.all_bombs(DATA):
        if name in chosen:
            (inbox / name).write_bytes(content)
            hashes[name] = hashlib.sha256(content).hexdigest()
    for name, content in packs.all_packs(DATA):
        if name in {"slip.zip", "link.tar", "zeros.tgz", "encrypted.zip", "device.tar"}:
            (inbox / name).write_bytes(content)
            hashes[name] = hashlib.sha256(content).hexdigest()
    for name in ("MR_small_RLE.dcm", "MR_small_jpeg_lossless_sv1.dcm"):
        content = (DATA / "dicom" / name).read_bytes()
        (inbox / name).write_bytes(content[:3000])
        hashes[name] = hashlib.sha256(content[:3000]).hexdigest()
    shutil.copy(GOOD, inbox / "good.dcm")
    ended = subprocess.run(
        [binary, "run", "--once", "--config", str(configuration)], cwd=root, timeout=600,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    tally.check(ended.returncode in (0, 8), f"run --once ended with {ended.returncode}")
    published = list((root / "outbox").glob("*/result/*"))
    tally.check(len(published) == 1, f"published: {[path.name for path in published]}")
    found = {}
    for reason in (root / "state" / "quarantine").glob("*/reason.json"):
        words = json.loads(reason.read_text())
        tally.check(bool(words.get("reason")), f"{reason} gives no reason")
        for path in reason.parent.rglob("*"):
            if path.is_file() and path != reason:
                found[hashlib.sha256(path.read_bytes()).hexdigest()] = words
    for name, digest in hashes.items():
        tally.check(digest in found, f"{name} is not in quarantine whole, with a reason")


def finding_files(trial: Trial) -> None:
    """What the fuzzers once found ends like any other file, among the workers' limits too."""
    findings = sorted((DATA / "findings").iterdir())
    trial.tally.check(bool(findings), "the fuzzers' findings are not there")
    for path in findings:
        if any(trial.look([path], path.name)):
            trial.job(path, path.name)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="name what took long or much")
    parser.add_argument("--effort", type=int, default=int(os.environ.get("RESTORAD_HOSTILE", "1")))
    arguments = parser.parse_args()
    binary = str(Path(arguments.binary).resolve())
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="restorad-hostile-") as root:
        folder = Path(root) / "files"
        folder.mkdir()
        trial = Trial(binary, folder, tally, arguments.verbose)
        bomb_files(trial)
        finding_files(trial)
        damaged_files(trial, arguments.seed, arguments.effort)
        archives(trial, arguments.seed, arguments.effort)
        trial.worker.close()
        by_daemon(binary, Path(root), tally)
    print(f"{trial.looks} looks, {trial.jobs} jobs, seed {arguments.seed}; at most "
          f"{trial.worst['seconds']:.1f} s of CPU time, {trial.worst['bytes'] >> 20} MiB")
    print(tally.summary())
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
