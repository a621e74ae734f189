"""`restorad restore` with one file at a time: what conflicts in an inbox is well on its own."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import outbox

EXITS = {"published": 0, "skipped": 2, "quarantined": 65}


def restore(binary: str, source: Path, folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [binary, "restore", str(source), "--outbox", str(folder)],
        capture_output=True, text=True, check=False, cwd=folder.parent,
    )


def check(binary: str, table, data: Path, root: Path, tally) -> None:
    """Runs the files that the table wants alone, two at a time."""
    base = root / "alone"
    base.mkdir()
    folders = [base / f"{number}" for number in range(len(table.alone))]
    with ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(restore, [binary] * len(folders), [d.source for d in table.alone], folders)
        )
    for delivery, folder, process in zip(table.alone, folders, done):
        name, row = delivery.name, delivery.row
        said = f"exit {process.returncode}: {process.stderr.strip()[-200:]}"
        right = process.returncode == EXITS[row.outcome] and row.fits(process.stderr)
        if not tally.check(right, f"alone/{name}: wanted {row}, found {said}"):
            continue
        jobs = process.stdout.splitlines()
        tally.check(
            len(jobs) == (row.outcome == "published"), f"alone/{name}: on standard output {jobs}"
        )
        for job in jobs:
            outbox.check_folder(Path(job), delivery.source.parent, tally)
