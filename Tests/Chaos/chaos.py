"""Drives the real daemon with real files through kills and faults, and checks what it promises.

    chaos.py BINARY [--seconds N] [--seed TEXT] [--round-seconds N] [--calm] [--json FILE]

It ends with 1 at the first violation, and keeps everything then.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from faults import Violation
from grounds import Disks
from round import Round


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--round-seconds", type=float, default=60)
    parser.add_argument("--seed", default=os.environ.get("SEED") or os.urandom(4).hex())
    parser.add_argument("--calm", action="store_true", help="kills only: no full disks")
    parser.add_argument("--json", type=Path, help="where the figures go")
    return parser.parse_args()


def may_mount() -> bool:
    """Whether mounts are allowed: only where nobody else sees them."""
    return os.environ.get("RESTORAD_CHAOS_NAMESPACE") == "1"


def add(total: dict, part: dict) -> None:
    for key, value in part.items():
        if isinstance(value, dict):
            add(total.setdefault(key, {}), value)
        else:
            total[key] = round(total.get(key, 0) + value, 2)


def figures_of(current: Round) -> dict:
    """One round's figures."""
    return {
        "kills": current.killer.kills, "stops": current.killer.stops,
        "terminated": current.killer.terminated,
        "faults": current.faults.counts if current.faults else {},
        "files": current.model.files, "dropped_again": current.model.duplicates,
        **current.figures}


def run(options: argparse.Namespace, root: Path, total: dict) -> str | None:
    """Round after round until the time is over; what went wrong, if something did."""
    disks = Disks(root, may_mount())
    if not disks.small:
        print("no mounts here: without full disks and other file systems", flush=True)
    began = time.monotonic()
    number = 0
    while (left := began + options.seconds - time.monotonic()) > 0:
        number += 1
        current = Round(
            os.path.abspath(options.binary), disks, number, options.seed, options.calm)
        problem = None
        try:
            current.run(min(options.round_seconds, left))
        except Violation as violation:
            problem = str(violation)
        add(total, figures_of(current))
        total["rounds"] = number
        total["seconds"] = round(time.monotonic() - began, 1)
        kills = sum(total["kills"].values())
        print(f"round {number}: {current.grounds.describe()}: {total['seconds']:.0f} s, "
              f"{kills} kills, {total['files']} files", flush=True)
        if problem:
            disks.keep(root / "kept")
            return problem
        current.grounds.clear()
    return None


def tell(total: dict) -> None:
    """The figures in words."""
    kills, jobs, watch = total.get("kills", {}), total.get("jobs", {}), total.get("watch", {})
    rate = watch.get("looks", 0) / max(watch.get("seconds", 0), 0.001)
    print(f"{total.get('seconds', 0):.0f} s, {total.get('rounds', 0)} rounds, "
          f"{total.get('lives', 0)} lives of the daemon")
    print(f"kills: {sum(kills.values())} ({', '.join(f'{k} {v}' for k, v in kills.items())}), "
          f"stops: {total.get('stops', 0)}, SIGTERM: {total.get('terminated', 0)}")
    print("faults: " + (", ".join(f"{k} {v}" for k, v in total.get("faults", {}).items()) or "none"))
    print(f"files: {total.get('files', 0)}, of them dropped again: {total.get('dropped_again', 0)}; "
          f"jobs: {sum(jobs.values())}, published {jobs.get('published', 0)}, "
          f"duplicates {jobs.get('duplicate', 0)}, quarantined {jobs.get('failed', 0)}, "
          f"held {jobs.get('held', 0)}, skipped {jobs.get('skipped', 0)}, "
          f"unpacked {jobs.get('unpacked', 0)}")
    print(f"audits: {total.get('audits', 0)}; outboxes looked at {rate:.0f} times a second")


def main() -> int:
    options = arguments()
    root = Path(tempfile.mkdtemp(prefix="restorad-chaos."))
    print(f"seed {options.seed}", flush=True)
    total: dict = {}
    problem: str | None = "it broke off"
    try:
        problem = run(options, root, total)
    finally:
        tell(total)
        total |= {"seed": options.seed, "violations": 1 if problem else 0, "violation": problem}
        if options.json:
            options.json.write_text(json.dumps(total, indent=2) + "\n")
        if problem:
            print(f"VIOLATION: {problem}\nkept: {root} (seed {options.seed})", flush=True)
        else:
            for disk in (root / name for name in ("one", "two", "three")):
                if disk.is_mount():
                    subprocess.run(["umount", "-l", disk], check=False)
            shutil.rmtree(root, ignore_errors=True)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
