"""What goes wrong around the daemon: disks fill, inboxes go away, people reload and start twice."""

import errno
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import daemon
from drops import Crew
from grounds import Grounds, Inbox, mount, unmount

TAKEN = 75


class Violation(Exception):
    """A promise was not kept."""


class Faults:
    """Makes faults one at a time; each is ended before a round comes to rest."""

    def __init__(self, grounds: Grounds, crew: Crew, chance: random.Random) -> None:
        self.grounds, self.crew, self.chance = grounds, crew, chance
        self.counts: dict[str, int] = {}
        self.ballast: Path | None = None
        self.hidden: tuple[Inbox, Path | None] | None = None
        self.until = 0.0

    def count(self, kind: str) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def turn(self, life: daemon.Life) -> None:
        """Ends what has lasted long enough, or begins something."""
        if time.monotonic() < self.until:
            return
        if self.ballast:
            self.free()
        elif self.hidden:
            self.reveal(life)
        else:
            self.begin(life)
        self.until = time.monotonic() + self.chance.uniform(0.3, 2.0)

    def begin(self, life: daemon.Life) -> None:
        kind = self.chance.choice(["none", "none", "hide", "hide", "fill"])
        if kind == "fill" and self.grounds.disks.small:
            self.fill(self.chance.choice(self.grounds.disks.small))
        elif kind == "hide":
            self.hide(self.chance.choice(self.grounds.inboxes), life)

    def end(self, life: daemon.Life | None) -> None:
        """Puts everything right."""
        if self.ballast:
            self.free()
        if self.hidden:
            self.reveal(life)
        self.grounds.write(self.grounds.yaml())

    # A full disk

    def fill(self, disk: Path) -> None:
        """Leaves a little or nothing of a small disk."""
        self.ballast = disk / "ballast"
        info = os.statvfs(disk)
        room = info.f_bavail * info.f_frsize - self.chance.choice([0, 0, 4096, 40_000, 1 << 20])
        with open(self.ballast, "wb") as file:
            try:
                if room > 0:
                    os.posix_fallocate(file.fileno(), 0, room)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
        self.count("disk full")

    def free(self) -> None:
        self.ballast.unlink(missing_ok=True)
        self.ballast = None

    # An inbox that goes away

    def hide(self, inbox: Inbox, life: daemon.Life) -> None:
        """Renames an inbox away, or covers it as a share that is no longer mounted."""
        if not self.crew.close(inbox, 0.5):
            return
        cover = self.grounds.disks.small and self.chance.random() < 0.5
        if cover and mount("-t", "tmpfs", "-o", "size=64m", "none", str(inbox.path)):
            self.hidden = (inbox, None)
        else:
            away = inbox.path.with_name(inbox.path.name + ".away")
            os.rename(inbox.path, away)
            self.hidden = (inbox, away)
        self.count("inbox gone")

    def reveal(self, life: daemon.Life | None) -> None:
        """Brings an inbox back; what was put where it stood meanwhile moves into it, as an
        administrator would do."""
        inbox, away = self.hidden
        if life:
            daemon.freeze(life)
        strays = self.collect(inbox.path)
        if away is None:
            if not unmount(inbox.path):
                raise RuntimeError(f"{inbox.path} cannot be uncovered")
        else:
            shutil.rmtree(inbox.path, ignore_errors=True)
            os.rename(away, inbox.path)
        for number, stray in enumerate(strays):
            os.rename(stray, inbox.path / f"back-{time.monotonic_ns()}-{number}-{stray.name[9:]}")
        self.hidden = None
        self.crew.open(inbox)
        if life:
            daemon.thaw(life)

    def collect(self, folder: Path) -> list[Path]:
        """Takes the files out of a folder that is about to go, to a hidden place beside it."""
        found = []
        for root, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                if not name.startswith("."):
                    beside = folder.parent / f".{len(found):08d}{name}"
                    shutil.copyfile(os.path.join(root, name), beside)
                    found.append(beside)
        return found

    # People

    def reload(self, life: daemon.Life) -> None:
        """SIGHUP with a good configuration, changed, or with a broken one."""
        is_good = self.chance.random() < 0.6
        if is_good:
            without = self.chance.choice(["", "", self.grounds.inboxes[-1].name])
            poll = self.chance.choice(["100ms", "300ms"])
            self.grounds.write(self.grounds.yaml(poll=poll, without=without))
        else:
            broken = self.chance.choice([
                "workers: none\n", "inboxes: [", self.grounds.yaml() + "colour: red\n", "\0\1\2"])
            self.grounds.write(broken)
        with life.condition:
            before = len(life.events)
        life.send(signal.SIGHUP)
        wanted = "config.loaded" if is_good else "config.refused"
        heard = life.wait_for({wanted}, 5, after=before)
        self.grounds.write(self.grounds.yaml())
        if not heard and life.is_running:
            raise Violation(f"SIGHUP was not answered with {wanted}")
        self.count("reloads" if is_good else "broken reloads")

    def second(self, life: daemon.Life) -> None:
        """A second daemon on the same state has to be refused."""
        done = subprocess.run(
            [life.binary, "run", "--config", str(life.configuration)], capture_output=True,
            text=True, check=False, timeout=30, cwd=life.configuration.parent)
        if life.is_running and (
                done.returncode != TAKEN or "another restorad is running" not in done.stderr):
            raise Violation(f"a second daemon ended with {done.returncode}: {done.stderr[-300:]}")
        self.count("second daemons")
