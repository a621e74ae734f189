"""One life of the daemon under test, from its start to its end."""

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path


class Life:
    """The daemon, its log and its workers; started in a process group of its own."""

    def __init__(self, binary: str, configuration: Path, log: Path, *more: str) -> None:
        self.binary = binary
        self.configuration = configuration
        environment = {k: v for k, v in os.environ.items() if k != "JOURNAL_STREAM"}
        self.log = open(log, "ab")
        self.process = subprocess.Popen(
            [binary, "run", "--config", str(configuration), *more], env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True, cwd=configuration.parent)
        self.pid = self.process.pid
        self.events: list[str] = []
        self.text: list[bytes] = []
        self.condition = threading.Condition()
        self.over = False
        self.workers_seen: set[int] = set()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        for line in self.process.stderr:
            self.log.write(line)
            try:
                event = json.loads(line)["event"]
            except (ValueError, KeyError):
                event = "not an event"
            with self.condition:
                self.events.append(event)
                self.text.append(line)
                self.condition.notify_all()
        with self.condition:
            self.over = True
            self.condition.notify_all()

    def wait_for(self, events: set[str], seconds: float, after: int = 0) -> bool:
        """Waits until one of the events was logged; false at the end of time or of the daemon."""
        deadline = time.monotonic() + seconds
        with self.condition:
            checked = after
            while True:
                if any(event in events for event in self.events[checked:]):
                    return True
                checked = len(self.events)
                left = deadline - time.monotonic()
                if left <= 0 or self.over:
                    return False
                self.condition.wait(left)

    def workers(self) -> list[int]:
        """The child processes, those of all threads."""
        found: list[int] = []
        try:
            for thread in os.listdir(f"/proc/{self.pid}/task"):
                with open(f"/proc/{self.pid}/task/{thread}/children") as file:
                    found += [int(word) for word in file.read().split()]
        except OSError:
            pass
        self.workers_seen.update(found)
        return found

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def send(self, number: int) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)

    def end(self, seconds: float = 40) -> int:
        """Waits for the end and closes the log; the status as subprocess has it."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = 9999
        self.thread.join(5)
        if not self.thread.is_alive():
            self.process.stderr.close()
            self.log.close()
        return status

    def surviving_workers(self, seconds: float = 5) -> list[int]:
        """Workers that live on although their daemon is gone."""
        deadline = time.monotonic() + seconds
        while True:
            left = [pid for pid in self.workers_seen if is_worker(pid, self.binary)]
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.005)


def is_worker(pid: int, binary: str) -> bool:
    """Whether a live process is a worker of the program under test."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
        with open(f"/proc/{pid}/stat") as file:
            state = file.read().rsplit(") ", 1)[1][0]
        return state not in "ZX" and len(words) > 1 and words[1] == b"worker"
    except OSError:
        return False


def send(pid: int, number: int) -> bool:
    """Signals a process that may be gone."""
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False


def is_stopped(pid: int) -> bool:
    """Whether a process has come to a stop by SIGSTOP."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(") ", 1)[1][0] in "TZX"
    except OSError:
        return True


def freeze(life: Life) -> None:
    """Stops a daemon and waits until it stands still."""
    life.send(signal.SIGSTOP)
    deadline = time.monotonic() + 5
    while life.is_running and not is_stopped(life.pid) and time.monotonic() < deadline:
        time.sleep(0.001)


def thaw(life: Life) -> None:
    life.send(signal.SIGCONT)
