"""A kill right after every event of a job's life: the replay has to give the same objects, once.

    replays.py BINARY
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import daemon
import replay
from scans import Maker

# Each line is a life of the daemon, which ends by SIGKILL as soon as the event is logged.
LIVES = [
    ["config.loaded"], ["inbox.watching"], ["daemon.ready"], ["file.seen"], ["series.complete"],
    ["job.queued"], ["job.started"], ["step.finished"], ["job.published"], ["job.duplicate"],
    ["job.started", "spool.recovered"], ["job.queued", "job.queued", "job.started"],
    ["job.started", "step.finished", "job.published"],
    ["job.started", "daemon.ready", "job.published", "daemon.ready"],
]


class Place:
    """Folders and configuration of one try."""

    def __init__(self, root: Path, scans: list[tuple[str, bytes]]) -> None:
        self.root = root
        (root / "inbox" / "series").mkdir(parents=True)
        (root / "outbox").mkdir()
        for name, content in scans:
            (root / "inbox" / name).write_bytes(content)
        self.configuration = root / "restorad.yaml"
        self.configuration.write_text("\n".join([
            f"state: {root}/state", "workers: 2", "inboxes:", "  - name: only",
            f"    path: {root}/inbox", f"    outbox: {root}/outbox", "    recipe: smooth",
            "    poll: 200ms", "    settle: { file: 60ms, series: 150ms, longest: 2s }",
            # A job that was under way at each of three kills would else be given up, as promised.
            "limits: { memory: 16GiB, attempts: 9 }", "recipes:", "  - name: smooth", "    steps:",
            "      - gaussian: {}", "log: { level: debug, format: json }", ""]))

    def life(self, binary: str) -> daemon.Life:
        return daemon.Life(binary, self.configuration, self.root / "daemon.jsonl")

    def results(self) -> dict[frozenset[str], list]:
        """What was published, by the contents of the sources."""
        found: dict[frozenset[str], list] = {}
        for folder in sorted((self.root / "outbox").iterdir()):
            report = json.loads((folder / "report.json").read_text())
            sources = frozenset(file["sha256"] for file in report["source"]["files"])
            found.setdefault(sources, []).append(
                # Of two copies either may come first, and lends the result its name.
                [list(replay.essence(folder).values()), report["result"]["series"]])
        return found

    def reasons(self) -> list[str]:
        """Why scans lie in quarantine."""
        notes = (self.root / "state" / "quarantine").glob("*/reason.json")
        return [json.loads(note.read_text())["reason"] for note in notes]

    def finish(self, binary: str, seconds: float = 60) -> bool:
        """Lets a daemon do what is left; whether all came to rest."""
        life = self.life(binary)
        deadline = time.monotonic() + seconds
        calm = 0
        try:
            while calm < 3 and time.monotonic() < deadline and life.is_running:
                left = [p for p in (self.root / "inbox").rglob("*") if p.is_file()]
                work = self.root / "state" / "work"
                is_calm = not left and work.is_dir() and not os.listdir(work)
                calm = calm + 1 if is_calm else 0
                time.sleep(0.05)
        finally:
            life.send(signal.SIGTERM)
            life.end()
        return calm == 3


def scans() -> list[tuple[str, bytes]]:
    """A series, a volume, a single slice, and copies of the last two."""
    maker = Maker("replays")
    series = [(f"series/{n}.dcm", content) for n, (_, content) in enumerate(maker.series(3))]
    volume, single = maker.headerless()[1], maker.slice()[1]
    return [*series, ("volume.nii", volume), ("copy of volume.nii", volume),
            ("single.dcm", single)]


def disturb(place: Place, binary: str, events: list[str]) -> bool:
    """Kills one daemon after the other; whether every event came."""
    for event in events:
        life = place.life(binary)
        heard = life.wait_for({event}, 20)
        life.process.kill()
        life.end()
        if not heard or life.surviving_workers():
            return False
    return True


def difference(found: dict, wanted: dict) -> str:
    """In few words, what was published and should not have been, and the reverse."""
    told = []
    for title, here, there in (("only now", found, wanted), ("missing", wanted, found)):
        told += [
            f"{title}: {len(results)} results of {len(sources)} files"
            for sources, results in here.items() if there.get(sources) != results]
    return "; ".join(told)


def check(binary: str, tally) -> None:
    """An undisturbed run, then one with every plan of kills."""
    root = Path(tempfile.mkdtemp(prefix="restorad-replays."))
    files = scans()
    try:
        calm = Place(root / "undisturbed", files)
        tally.check(calm.finish(binary), "replays: the undisturbed run does not end")
        wanted = calm.results()
        tally.check(
            len(wanted) == 3 and all(len(r) == 1 for r in wanted.values()),
            f"replays: {len(wanted)} scans were published undisturbed")
        for number, events in enumerate(LIVES):
            place = Place(root / f"{number}", files)
            name = "kill after " + ", then ".join(events)
            tally.check(disturb(place, binary, events), f"{name}: not every event came")
            tally.check(place.finish(binary), f"{name}: it does not come to rest")
            found = place.results()
            tally.check(
                found == wanted,
                f"{name}: other results than undisturbed: {difference(found, wanted)}; "
                f"quarantined: {place.reasons()}")
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Acceptance"))
    from tally import Tally
    total = Tally()
    check(os.path.abspath(sys.argv[1]), total)
    print(total.summary())
    sys.exit(1 if total.failed else 0)
