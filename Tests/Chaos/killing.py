"""When and how a daemon and its workers are killed."""

import os
import random
import signal
import time

import daemon
from grounds import Grounds

AIMS = [
    "file.seen", "series.complete", "job.queued", "job.started", "job.published", "job.duplicate",
    "spool.recovered", "file.quarantined", "daemon.ready", "config.loaded"]


class Killer:
    """Plans each life's end and carries it out."""

    def __init__(self, grounds: Grounds, chance: random.Random) -> None:
        self.grounds, self.chance = grounds, chance
        self.kills = {"daemon": 0, "worker": 0, "both": 0}
        self.terminated = 0
        self.stops = 0

    @property
    def total(self) -> int:
        return sum(self.kills.values())

    # Workers, during a life

    def strike_worker(self, life: daemon.Life) -> None:
        """Kills a worker, or stops it for a while."""
        workers = life.workers()
        if not workers:
            return
        victim = self.chance.choice(workers)
        if self.chance.random() < 0.75:
            self.kills["worker"] += daemon.send(victim, signal.SIGKILL)
            return
        if daemon.send(victim, signal.SIGSTOP):
            self.stops += 1
            time.sleep(self.chance.uniform(0.01, 0.2))
            daemon.send(victim, signal.SIGCONT)

    # The end of a life

    def wait(self, life: daemon.Life) -> None:
        """Lets a daemon live until the moment that was drawn for its end."""
        manner = self.chance.choices(["start", "event", "folder", "time"], [15, 35, 15, 35])[0]
        if manner == "start":
            time.sleep(self.chance.uniform(0, 0.08))
        elif manner == "event":
            # Work that was done before lies in the past of the log: only new lines count.
            skip = self.chance.choice([0, 0, 3, 10])
            life.wait_for({self.chance.choice(AIMS)}, 0.8, after=skip)
            time.sleep(self.chance.choice([0, 0, 0.001, 0.003, 0.01]))
        elif manner == "folder":
            self.watch_folder(life, 0.8)
        else:
            time.sleep(min(1.5, self.chance.expovariate(2.5)))

    def watch_folder(self, life: daemon.Life, seconds: float) -> None:
        """Waits for a new name where files are claimed, published or laid to rest."""
        state = self.grounds.state
        places = [state / "work", state / "work", state / "archive", *self.grounds.outboxes]
        # What a kill interrupted between disks goes back there as a copy.
        places += [inbox.path for inbox in self.grounds.inboxes if inbox.crosses]
        folder = self.chance.choice(places)
        deadline = time.monotonic() + seconds
        before = set(os.listdir(folder)) if folder.is_dir() else set()
        while time.monotonic() < deadline and life.is_running:
            if folder.is_dir() and set(os.listdir(folder)) - before:
                break
            time.sleep(0.0005)
        time.sleep(self.chance.choice([0, 0, 0, 0.0005, 0.002, 0.01]))

    def kill(self, life: daemon.Life) -> int:
        """Ends a life; the daemon's status."""
        manner = self.chance.choices(
            ["daemon", "both", "group", "stopped", "term"], [50, 20, 15, 10, 5])[0]
        if manner == "term":
            self.terminated += 1
            life.send(signal.SIGTERM)
            time.sleep(self.chance.uniform(0, 0.3))
            if not life.is_running:
                return life.end()
        workers = life.workers()
        if manner == "stopped":
            # Workers that stand still when their daemon dies, and come back from the dead.
            stopped = [pid for pid in workers if daemon.send(pid, signal.SIGSTOP)]
            self.stops += len(stopped)
        if not life.is_running:
            return life.end()
        if manner == "both":
            for pid in workers:
                daemon.send(pid, signal.SIGKILL)
        if manner == "group":
            os.killpg(life.pid, signal.SIGKILL)
        else:
            life.send(signal.SIGKILL)
        self.kills["both" if manner in ("both", "group") and workers else "daemon"] += 1
        life.process.wait()
        if manner == "stopped":
            # One that was stopped before it became a worker still holds what its parent had open.
            for pid in stopped:
                daemon.send(pid, signal.SIGCONT)
        return life.end()
