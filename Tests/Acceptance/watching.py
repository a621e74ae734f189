"""What may happen to files in an inbox, each on a daemon of its own, many at a time.

Slow and broken writers, odd names and clocks, folders that come and go: every file has to be taken,
none too early. Only Python's standard library and the program under test are used.
"""

import os
import shutil
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import watching_names
import watching_places
import watching_writers
from place import Place, Skip

SIDE_BY_SIDE = 6


def run(scenario, binary: str, root: Path) -> tuple[str, str]:
    """Runs one scenario; returns its name and what went wrong, or why it was skipped."""
    folder = root / scenario.__name__
    folder.mkdir()
    place = Place(os.path.abspath(binary), folder)
    try:
        scenario(place)
        return scenario.__doc__, ""
    except Skip as reason:
        return scenario.__doc__, f"skipped: {reason}"
    except Exception:
        return scenario.__doc__, f"{traceback.format_exc()}\n{place.tail()}"
    finally:
        place.close()


def main() -> int:
    """Runs all, or those whose names hold a given word."""
    binary, words = sys.argv[1], sys.argv[2:]
    scenarios = [
        scenario
        for module in (watching_places, watching_writers, watching_names)
        for scenario in module.SCENARIOS
        if not words or any(word in scenario.__name__ for word in words)
    ]
    root = Path(tempfile.mkdtemp(prefix="restorad-watching."))
    root.chmod(0o755)
    began = time.monotonic()
    failures = 0
    try:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            for name, trouble in pool.map(lambda s: run(s, binary, root), scenarios):
                skipped = trouble.startswith("skipped")
                failures += bool(trouble) and not skipped
                print("skipped" if skipped else "FAILED " if trouble else "ok     ", name, trouble)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(f"{len(scenarios)} scenarios, {failures} failed, {time.monotonic() - began:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
