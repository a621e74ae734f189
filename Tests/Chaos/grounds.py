"""Where one round takes place: disks, folders and the daemon's configuration."""

import os
import random
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

POLICIES = ("archive", "archive", "delete", "leave")
SMALL_DISK = 192 << 20


@dataclass
class Inbox:
    name: str
    path: Path
    outbox: Path
    originals: str
    crosses: bool


def mount(*arguments: str) -> bool:
    """Mounts; false when the system refuses."""
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    return done.returncode == 0


def unmount(path: Path) -> bool:
    return subprocess.run(["umount", "-l", path], capture_output=True, check=False).returncode == 0


class Disks:
    """The real disk and, inside a mount namespace of our own, small ones that can be filled."""

    def __init__(self, root: Path, may_mount: bool) -> None:
        self.root = root
        self.real = root / "real"
        self.real.mkdir()
        self.small: list[Path] = []
        for name in ("one", "two", "three") if may_mount else ():
            path = root / name
            path.mkdir()
            if mount("-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=755", "none", str(path)):
                self.small.append(path)

    @property
    def all(self) -> list[Path]:
        return [self.real, *self.small]

    def keep(self, folder: Path) -> None:
        """Copies what the small disks hold to where it outlives the namespace."""
        for disk in self.small:
            shutil.copytree(disk, folder / disk.name, symlinks=True, dirs_exist_ok=True)


class Grounds:
    """The folders of one round."""

    def __init__(self, disks: Disks, number: int, chance: random.Random) -> None:
        self.disks = disks
        name = f"round-{number}"
        state_disk = chance.choice(disks.all)
        self.folders = [disk / name for disk in disks.all]
        self.state = state_disk / name / "state"
        self.inboxes: list[Inbox] = []
        for index, originals in enumerate(chance.sample(POLICIES, 3)):
            disk = state_disk if chance.random() < 0.5 else chance.choice(disks.all)
            other = chance.choice(disks.all)
            label = f"inbox{index}"
            self.inboxes.append(Inbox(
                label, disk / name / label, other / name / f"out{index % 2}" / "outbox",
                originals, disk != state_disk))
        for inbox in self.inboxes:
            inbox.path.mkdir(parents=True)
            inbox.outbox.mkdir(parents=True, exist_ok=True)
        self.state.mkdir(parents=True)
        self.configuration = disks.real / name / "restorad.yaml"
        self.configuration.parent.mkdir(exist_ok=True)
        self.write(self.yaml())

    @property
    def outboxes(self) -> list[Path]:
        return sorted({inbox.outbox for inbox in self.inboxes})

    def yaml(self, poll: str = "200ms", without: str = "") -> str:
        """The configuration, perhaps without one of the inboxes."""
        lines = [f"state: {self.state}", "workers: 2", "inboxes:"]
        for inbox in self.inboxes:
            if inbox.name == without:
                continue
            lines += [
                f"  - name: {inbox.name}", f"    path: {inbox.path}", f"    outbox: {inbox.outbox}",
                "    recipe: keep", f"    originals: {inbox.originals}", f"    poll: {poll}",
                "    settle: { file: 60ms, series: 150ms, longest: 2500ms }",
            ]
        # So many attempts that kills do not use them up: that is a promise of its own.
        lines += ["limits: { memory: 16GiB, attempts: 100 }", "recipes:", "  - name: keep",
                  "    steps: []", "log: { level: debug, format: json }", ""]
        return "\n".join(lines)

    def write(self, text: str) -> None:
        """Puts a configuration in place, whole."""
        beside = self.configuration.with_suffix(".new")
        beside.write_text(text)
        os.replace(beside, self.configuration)

    def describe(self) -> str:
        place = {disk: disk.name for disk in self.disks.all}
        where = lambda path: next(place[d] for d in place if path.is_relative_to(d))
        boxes = ", ".join(
            f"{i.originals} {where(i.path)}>{where(i.outbox)}" for i in self.inboxes)
        return f"state on {where(self.state)}; {boxes}"

    def clear(self) -> None:
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)
