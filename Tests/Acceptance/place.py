"""A daemon with an inbox of its own, and small scans to put into it."""

import gzip
import hashlib
import json
import os
import shutil
import signal
import struct
import subprocess
import time
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "Data"
SETTLE = 0.3
PATIENCE = 60


class Skip(Exception):
    """This machine cannot show what is to be shown."""


def nifti(seed: int, side: int = 8) -> bytes:
    """A small NIfTI-1 volume of floats that is like no other."""
    header = struct.pack("<i36x8h12x4h8f", 348, 3, side, side, side, 1, 1, 1, 1, 0, 16, 32, 0,
                         1, 1, 1, 1, 1, 1, 1, 1)
    header += struct.pack("<3f", 352, 1, 0)
    header = header.ljust(344, b"\0") + b"n+1\0" + b"\0" * 4
    values = [((seed * 7919 + i * 104729) % 9973) / 7 for i in range(side**3)]
    return header + struct.pack(f"<{side ** 3}f", *values)


def zipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Place:
    def __init__(self, binary: str, root: Path) -> None:
        self.binary = binary
        self.root = root
        self.inbox = root / "inbox"
        self.outbox = root / "outbox"
        self.state = root / "state"
        self.log = root / "daemon.jsonl"
        self.process: subprocess.Popen | None = None
        self.inbox.mkdir()
        self.outbox.mkdir()
        self.configure()

    def configure(self, **changes: str) -> None:
        """Writes the configuration; changes are keys of the inbox."""
        inbox = {
            "path": str(self.inbox), "outbox": str(self.outbox), "recipe": "keep",
            "settle": "{ file: %dms, series: 600ms, longest: 30s }" % (SETTLE * 1000),
            "poll": "300ms", "assume": "{ Modality: MR }",
        } | changes
        lines = [f"state: {self.state}", "inboxes:", "  - name: one"]
        lines += [f"    {key}: {value}" for key, value in inbox.items()]
        lines += ["recipes: [{ name: keep, steps: [] }]", "workers: 1",
                  "log: { level: info, format: json, names: true }", ""]
        (self.root / "restorad.yaml").write_text("\n".join(lines))

    # The daemon

    def start(self, *wrapper: str) -> None:
        """Starts the daemon, behind the words of a wrapper that ends in its place."""
        command = [*wrapper, self.binary, "run", "--config", str(self.root / "restorad.yaml")]
        with open(self.log, "ab") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                cwd=self.root)
        self.wait(lambda: self.events("daemon.ready"), "the daemon is ready")
        # An inbox is watched a moment later.
        self.wait(
            lambda: self.events("inbox.watching") or self.events("inbox.unavailable"),
            "how the inbox is watched is told of")

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.root, ignore_errors=True)

    def events(self, name: str) -> list[dict]:
        found = []
        for line in self.log.read_bytes().splitlines() if self.log.exists() else []:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if event["event"] == name:
                found.append(event)
        return found

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    def wait(self, condition, what: str, seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert self.process is None or self.process.poll() is None, "the daemon ended"
            assert time.monotonic() < end, f"in vain: {what}"
            time.sleep(0.05)

    # Files

    def drop(self, name: str | bytes, content: bytes) -> bytes:
        path = os.path.join(os.fsencode(self.inbox), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return content

    def published(self) -> list[str]:
        """The digests of the source files of everything that was published."""
        found = []
        for report in self.outbox.glob("*/report.json"):
            found += [file["sha256"] for file in json.loads(report.read_text())["source"]["files"]]
        return sorted(found)

    def kept(self, folder: str) -> list[str]:
        """The digests of the files in the archive, or in quarantine."""
        found = []
        for base, _, names in os.walk(os.fsencode(self.state / folder)):
            for name in names:
                if name != b"reason.json":
                    with open(os.path.join(base, name), "rb") as file:
                        found.append(sha256(file.read()))
        return sorted(found)

    def reasons(self) -> list[str]:
        return [json.loads(note.read_text())["reason"]
                for note in (self.state / "quarantine").glob("*/reason.json")]

    def expect(self, *contents: bytes, seconds: float = PATIENCE) -> None:
        """Waits until exactly these contents were published and archived, each once."""
        wanted = sorted(sha256(content) for content in contents)
        self.wait(lambda: len(self.published()) >= len(wanted), f"{len(wanted)} results", seconds)
        assert self.published() == wanted, "something else was published"
        self.wait(lambda: self.kept("archive") == wanted, "the originals are in the archive")
        assert not self.kept("quarantine"), f"quarantined: {self.reasons()}"


def needs_root() -> None:
    if os.geteuid() != 0:
        raise Skip("only root may do this")


def needs_command(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        raise Skip(f"there is no {command[0]}") from None
    if done.returncode != 0:
        raise Skip(f"{' '.join(command[:2])} is not allowed here")
