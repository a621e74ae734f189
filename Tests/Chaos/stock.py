"""Counts where every accepted file is, and holds that against what may be."""

import hashlib
import json
import os
from collections import Counter
from pathlib import Path

from grounds import Grounds
from model import Model

NOTES = {"reason.json", ".reason.json.new"}


class Stock:
    """What lies in inboxes, work, archive and quarantine."""

    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.cache: dict[tuple, str] = {}

    def digest(self, path: str) -> str:
        info = os.stat(path)
        key = (info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)
        if key not in self.cache:
            with open(path, "rb") as file:
                self.cache[key] = hashlib.sha256(file.read()).hexdigest()
        return self.cache[key]

    def below(self, folder: Path, notes: bool = False) -> Counter[str]:
        """The contents below a folder; hidden names are nobody's."""
        found: Counter[str] = Counter()
        for root, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                if not name.startswith(".") and not (notes and name in NOTES):
                    found[self.digest(os.path.join(root, name))] += 1
        return found

    def take(self) -> None:
        """Counts everything anew."""
        state = self.grounds.state
        self.inbox = {i.name: self.below(i.path) for i in self.grounds.inboxes}
        self.work: Counter[str] = Counter()
        for job in self.names(state / "work"):
            self.work += self.below(state / "work" / job / "in", notes=True)
        self.archive = self.below(state / "archive")
        self.quarantine = self.below(state / "quarantine", notes=True)
        self.reports = [
            json.loads((outbox / name / "report.json").read_text())
            for outbox in self.grounds.outboxes
            for name in self.names(outbox) if not name.startswith(".")]
        self.published = Counter(
            frozenset(file["sha256"] for file in report["source"]["files"])
            for report in self.reports)
        self.recalled = self.copies_from_the_archive(state)
        self.published_files = {name for group in self.published for name in group}

    def copies_from_the_archive(self, state: Path) -> Counter[str]:
        """Contents that jobs were to copy out of the archive, to make a series anew."""
        found: Counter[str] = Counter()
        for path in [*state.glob("work/*/job.json"), *state.glob("jobs/*/*.json")]:
            for file in json.loads(path.read_text())["files"]:
                if file["source"].startswith(f"{state}/archive/"):
                    found[file["sha256"]] += 1
        return found

    def names(self, folder: Path) -> list[str]:
        return os.listdir(folder) if folder.is_dir() else []

    @property
    def everywhere(self) -> Counter[str]:
        total = self.work + self.archive + self.quarantine
        for found in self.inbox.values():
            total += found
        return total

    def faults(self, model: Model, at_rest: bool) -> list[str]:
        """What contradicts promises 1 and 3, now that nobody moves anything."""
        self.take()
        there = self.everywhere
        found = []
        for content, drops in model.drops.items():
            low, high = self.bounds(drops, content in self.published_files, at_rest, model)
            high += self.recalled[content]
            if not low <= there[content] <= high:
                found.append(
                    f"{content[:12]} ({model.fates[content]}, came to "
                    f"{[d.inbox.name + '/' + d.inbox.originals for d in drops]}) exists "
                    f"{there[content]} times, not {low} to {high}: {self.places(content)}")
        for content in there:
            # A claim from another disk in the making is a part of a copy in the work folder.
            if content not in model.drops and (at_rest or there[content] > self.work[content]):
                found.append(f"{content[:12]} was never handed in: {self.places(content)}")
        for group, count in self.published.items():
            if count > 1:
                found.append(f"published {count} times: {sorted(n[:12] for n in group)}")
        return found

    def bounds(self, drops: list, published: bool, at_rest: bool, model: Model) -> tuple[int, int]:
        """How often a content has to exist, and how often it may."""
        low = high = 0
        for drop in drops:
            if drop.packed:
                # The archive is the original; a job may hold what it took out of it, and a series of
                # which a part came beside it keeps it.
                high += 1
                continue
            is_left = drop.inbox.originals == "leave"
            # An archive may go when everything in it has its result.
            inside = model.parcels.get(drop.content)
            is_done = published or inside is not None and inside <= self.published_files
            is_gone = drop.inbox.originals == "delete" and is_done
            low += 0 if is_gone else 1
            high += 1
            if at_rest:
                # What is deleted after publication may be kept where a person has to decide.
                is_kept = is_left and model.fates[drop.content] not in ("good", "parcel")
                high += 1 if is_kept else 0
                # A copy that came while the first was still at work is archived instead.
                if is_gone and len(drops) == 1 and model.fates[drop.content] == "good":
                    high -= 1
            elif is_left or drop.inbox.crosses:
                high += 1
        return low, high

    def places(self, content: str) -> dict[str, int]:
        """Where a content lies."""
        all_places = {"work": self.work, "archive": self.archive, "quarantine": self.quarantine}
        all_places |= {f"inbox {name}": found for name, found in self.inbox.items()}
        return {name: found[content] for name, found in all_places.items() if found[content]}

    def misfates(self, model: Model) -> list[str]:
        """What did not become what it has to, now that all is at rest."""
        found = []
        for group in model.groups_of("good"):
            if self.published[group] != 1:
                found.append(
                    f"good, but published {self.published[group]} times: "
                    f"{[(n[:12], self.places(n)) for n in group]}")
        for group in model.groups_of("contested"):
            count = sum(self.published[g] for g in self.published if g & group)
            if count > 1:
                found.append(f"rivals published: {sorted(n[:12] for n in group)}")
        for content, fate in model.fates.items():
            if fate != "hostile" or content not in model.drops:
                continue
            if content in self.published_files or not self.quarantine[content]:
                found.append(f"hostile, but {self.places(content)}: {content[:12]}")
        return found
