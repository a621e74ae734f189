"""Every file that came in exists exactly once, with the content that it came with, and once more in
the archive of each revision that copied it from there."""

import hashlib
import json
from collections import Counter
from pathlib import Path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Inputs:
    """What was handed in, over all rounds."""

    def __init__(self) -> None:
        self.digests: list[tuple[str, str, str]] = []
        self.junk: set[tuple[str, str]] = set()

    def note(self, arrived) -> None:
        self.digests += arrived.digests + arrived.junk
        self.junk |= {(inbox, name) for inbox, name, _ in arrived.junk}


def check(service, inputs: Inputs, tally) -> None:
    """Compares the contents of inboxes, work, archive and quarantine with what came in."""
    there: Counter[str] = Counter()
    roots = [service.root / "inbox"]
    roots += [service.state_folder / name for name in ("work", "archive", "quarantine")]
    for root in roots:
        for path in root.rglob("*"):
            note = path.name == "reason.json" and path.parent.parent.name == "quarantine"
            card = path.name == "job.json" and path.parent.parent.name == "work"
            if path.is_file() and not path.is_symlink() and not (note or card):
                there[digest(path)] += 1
    wanted = Counter(content for _, _, content in inputs.digests)
    wanted.update(service.recalled())
    names = {content: f"{inbox}/{name}" for inbox, name, content in inputs.digests}
    for content, count in wanted.items():
        tally.check(
            there[content] == count,
            f"{names[content]} should exist {count} times and exists {there[content]} times",
        )
    strangers = [content for content in there if content not in wanted]
    tally.check(not strangers, f"{len(strangers)} files that nobody handed in lie in the state")
    for folder in (service.state_folder / "quarantine").iterdir():
        note = json.loads((folder / "reason.json").read_text())
        tally.check(bool(note.get("reason")), f"quarantine/{folder.name} gives no reason")
    link = service.inbox("dicom") / "junk" / "link.dcm"
    tally.check(link.is_symlink(), "a link that leads out of the inbox was taken")
