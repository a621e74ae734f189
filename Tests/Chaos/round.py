"""One round: a configuration, a crowd that hands files in, one life of the daemon after the other."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import daemon
import replay
from drops import Crew
from faults import Faults, Violation
from grounds import Disks, Grounds
from killing import Killer
from model import Model
from stock import Stock

REST = 150
OPEN = ("waiting", "queued", "running", "deferred")


class Watcher:
    """The process that looks at the outboxes."""

    def __init__(self, grounds: Grounds) -> None:
        script = Path(__file__).with_name("outboxwatch.py")
        self.process = subprocess.Popen(
            [sys.executable, "-B", str(script), *map(str, grounds.outboxes)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines: list[dict] = []
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    @property
    def faults(self) -> list[dict]:
        """What it saw so far that must not be seen."""
        return [line for line in list(self.lines) if "fault" in line]

    def end(self) -> dict:
        """Has it take its last look; its figures."""
        self.process.stdin.close()
        self.thread.join()
        self.process.wait()
        if not self.lines or "looks" not in self.lines[-1]:
            raise RuntimeError("the watch at the outboxes broke down")
        return self.lines[-1]


class Round:
    def __init__(self, binary: str, disks: Disks, number: int, seed: str, calm: bool) -> None:
        self.binary, self.seed, self.calm = binary, f"{seed}/{number}", calm
        self.chance = random.Random(self.seed)
        self.grounds = Grounds(disks, number, self.chance)
        self.model = Model()
        self.stock = Stock(self.grounds)
        self.killer = Killer(self.grounds, self.chance)
        self.log = self.grounds.configuration.with_name("daemon.jsonl")
        self.figures: dict = {"audits": 0, "lives": 0}
        self.crew = self.faults = None

    # The course

    def run(self, seconds: float) -> None:
        """Goes through the round; throws `Violation` at the first one."""
        self.watcher = Watcher(self.grounds)
        self.crew = Crew(self.grounds, self.model, self.seed)
        self.faults = Faults(self.grounds, self.crew, self.chance)
        violation = None
        try:
            self.storm(time.monotonic() + seconds)
            self.rest()
        except Violation as found:
            violation = found
        finally:
            self.crew.stop()
            self.figures["watch"] = self.watcher.end()
        if self.watcher.faults:
            raise Violation(f"seen in an outbox: {self.watcher.faults[:5]}") from violation
        if violation:
            raise violation

    def storm(self, end: float) -> None:
        next_audit = time.monotonic() + 4
        while time.monotonic() < end:
            life = self.start()
            try:
                self.live(life)
                status = self.killer.kill(life)
            finally:
                self.bury(life)
            self.judge_end(life, status)
            if self.watcher.faults:
                raise Violation("something was seen in an outbox")
            if self.crew.error:
                raise RuntimeError("handing in failed") from self.crew.error
            if time.monotonic() > next_audit:
                self.audit_after_crash()
                next_audit = time.monotonic() + 4

    def start(self) -> daemon.Life:
        self.figures["lives"] += 1
        return daemon.Life(self.binary, self.grounds.configuration, self.log)

    def live(self, life: daemon.Life) -> None:
        """What befalls a daemon before its end."""
        if self.chance.random() < 0.5 and life.wait_for({"daemon.ready"}, 1):
            if not self.calm:
                self.faults.turn(life)
            for _ in range(self.chance.randint(0, 4)):
                time.sleep(self.chance.uniform(0, 0.08))
                self.killer.strike_worker(life)
            what = self.chance.random()
            if what < 0.06:
                self.faults.second(life)
            elif what < 0.15:
                self.faults.reload(life)
            elif what < 0.2:
                daemon.freeze(life)
                self.killer.stops += 1
                time.sleep(self.chance.uniform(0.05, 0.5))
                daemon.thaw(life)
        self.killer.wait(life)

    def bury(self, life: daemon.Life) -> None:
        if life.is_running:
            life.process.kill()
            life.end()
        left = life.surviving_workers()
        if left:
            raise Violation(f"workers outlived their daemon: {left}")

    def judge_end(self, life: daemon.Life, status: int) -> None:
        """A daemon ends when it is killed or asked to, and never by itself."""
        if status in (-signal.SIGKILL, -signal.SIGTERM, 0):
            return
        last = b"".join(life.text[-5:]).decode("utf-8", "replace")
        raise Violation(f"the daemon ended by itself with {status}: {last}")

    # Looking after

    def audit_after_crash(self) -> None:
        """Right after a kill, with nobody at work."""
        self.crew.pause()
        if self.faults.hidden is None:
            self.count_stock(at_rest=False)
        self.crew.resume()

    def count_stock(self, at_rest: bool) -> None:
        self.figures["audits"] += 1
        found = self.stock.faults(self.model, at_rest)
        if found:
            when = "at rest" if at_rest else "after a kill"
            raise Violation(f"{when}: {len(found)} faults: " + "\n  ".join(found[:8]))

    def rest(self) -> None:
        """Lets one daemon bring everything to its end, and holds that against what has to be."""
        self.faults.end(None)
        self.crew.stop()
        life = self.start()
        try:
            self.wait_for_rest(life)
            life.send(signal.SIGTERM)
            status = life.end()
        finally:
            self.bury(life)
        if status != 0:
            raise Violation(f"the daemon ended with {status} at SIGTERM")
        self.count_stock(at_rest=True)
        wrong = self.stock.misfates(self.model)
        if wrong:
            raise Violation(f"{len(wrong)} ends are not right: " + "\n  ".join(wrong[:8]))
        self.compare_with_undisturbed()
        self.sum_up()

    def wait_for_rest(self, life: daemon.Life) -> None:
        deadline = time.monotonic() + REST
        calm = 0
        while calm < 3:
            if not life.is_running:
                raise Violation("the daemon ended while it was left alone")
            if time.monotonic() > deadline:
                raise Violation(f"no rest after {REST} s: {self.ask('status')}, {self.left()[:5]}")
            jobs = self.ask("status")[0]["jobs"]
            is_calm = not any(jobs.get(state) for state in OPEN) and not self.left()
            calm = calm + 1 if is_calm else 0
            time.sleep(0.2)

    def left(self) -> list[str]:
        """Files that still lie in an inbox that gives its files up."""
        return [
            f"{inbox.name}/{path.relative_to(inbox.path)}"
            for inbox in self.grounds.inboxes if inbox.originals != "leave"
            for path in inbox.path.rglob("*")
            if path.is_file()
            and not any(part.startswith(".") for part in path.relative_to(inbox.path).parts)]

    def ask(self, *words: str) -> list[dict]:
        done = subprocess.run(
            [self.binary, *words, "--json", "--config", str(self.grounds.configuration)],
            capture_output=True, text=True, check=False, cwd=self.grounds.configuration.parent)
        if done.returncode:
            raise Violation(f"restorad {' '.join(words)}: {done.returncode} {done.stderr[-300:]}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def compare_with_undisturbed(self) -> None:
        """Some results, made once more without any trouble: the same objects have to come out."""
        # A revision is made once in a series: made again by itself it is a first result.
        kept = [r for r in self.stock.reports
                if "supersedes" not in r and (self.grounds.state / "archive" / r["job"]).is_dir()]
        folder = self.grounds.configuration.parent / "again"
        for report in self.chance.sample(kept, min(4, len(kept))):
            outbox = next(o for o in self.grounds.outboxes if (o / report["job"]).is_dir())
            wrong = replay.difference(
                self.binary, self.grounds.configuration,
                self.grounds.state / "archive" / report["job"], outbox / report["job"], folder)
            if wrong:
                raise Violation(f"{report['job']} made again is another: {wrong}")

    def sum_up(self) -> None:
        states: dict[str, int] = {}
        for job in self.ask("jobs"):
            states[job["state"]] = states.get(job["state"], 0) + 1
        if states.get("published", 0) != len(self.stock.reports):
            raise Violation(
                f"{states.get('published', 0)} jobs are published by the ledger, "
                f"{len(self.stock.reports)} by the outboxes")
        self.figures["jobs"] = states
