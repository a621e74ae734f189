"""The same scan, disturbed and undisturbed, has to give the same objects."""

import gzip
import subprocess
from pathlib import Path

import dicomfile


def essence(folder: Path) -> dict[str, object]:
    """What must not differ between two results of one scan: for DICOM the identifiers and the
    pixels, for NIfTI every byte before compression."""
    found: dict[str, object] = {}
    for path in sorted((folder / "result").iterdir()):
        content = path.read_bytes()
        if path.suffix == ".dcm":
            pixels = content.rfind(b"\xe0\x7f\x10\0O")
            found[path.name] = (dicomfile.identity(content), content[pixels:])
        elif path.suffix == ".gz":
            found[path.name] = gzip.decompress(content)
    return found


def difference(
    binary: str, configuration: Path, originals: Path, published: Path, folder: Path
) -> str | None:
    """Restores originals once more and says what differs from what was published."""
    done = subprocess.run(
        [binary, "restore", str(originals), "--outbox", str(folder), "--recipe", "keep",
         "--config", str(configuration)],
        capture_output=True, text=True, check=False, cwd=configuration.parent)
    jobs = done.stdout.splitlines()
    if done.returncode or len(jobs) != 1:
        return f"exit {done.returncode}, {len(jobs)} jobs: {done.stderr[-300:]}"
    first, again = essence(published), essence(Path(jobs[0]))
    # Of two copies of an instance either may lend the result its name.
    if sorted(map(repr, first.values())) != sorted(map(repr, again.values())):
        return f"{sorted(first)} and {sorted(again)} differ"
    return None if first else "nothing to compare"
