"""A worker of the program under test, spoken to as the daemon does: an order a line, jailed."""

import json
import os
import select
import subprocess
import time
from dataclasses import dataclass, field

# No order takes so long unless it hangs; what it may use is judged by its CPU time.
PATIENCE = 120


@dataclass
class Ending:
    """How the process of an order ended."""

    signal: int
    status: int
    cpu_seconds: float
    peak_bytes: int
    replies: list[dict] = field(default_factory=list)


class Worker:
    def __init__(self, binary: str, limit: int) -> None:
        self.binary = binary
        self.limit = limit
        self.start()

    def start(self) -> None:
        order, self.input = os.pipe()
        self.output, replies = os.pipe()
        self.control, endings = os.pipe()
        # Descriptor 3 is where a worker says how an order ended.
        wrapper = f'exec "$0" worker 3>&{endings}'
        self.process = subprocess.Popen(
            ["sh", "-c", wrapper, self.binary], stdin=order, stdout=replies,
            stderr=subprocess.DEVNULL, pass_fds=[endings], process_group=0,
        )
        for end in (order, replies, endings):
            os.close(end)
        self.pending = {self.output: b"", self.control: b""}

    def ask(self, request: dict) -> Ending:
        """Sends one order and waits for its end; a worker that is lost is started anew."""
        line = json.dumps({"request": request, "memoryLimit": self.limit}) + "\n"
        os.write(self.input, line.encode())
        deadline = time.monotonic() + PATIENCE
        replies: list[dict] = []
        while time.monotonic() < deadline:
            ready, _, _ = select.select([self.output, self.control], [], [], 1)
            for end in ready:
                bytes_read = os.read(end, 1 << 16)
                if not bytes_read:
                    return self.lost(replies)
                self.pending[end] += bytes_read
            replies += [json.loads(line) for line in self.lines(self.output)]
            for line in self.lines(self.control):
                # What was said before the ending is there by now.
                while select.select([self.output], [], [], 0)[0]:
                    self.pending[self.output] += os.read(self.output, 1 << 16)
                replies += [json.loads(line) for line in self.lines(self.output)]
                signal, status, cpu, peak, _ = line.split()
                return Ending(int(signal), int(status), float(cpu), int(peak), replies)
        return self.lost(replies)

    def lines(self, end: int) -> list[bytes]:
        *whole, self.pending[end] = self.pending[end].split(b"\n")
        return whole

    def lost(self, replies: list[dict]) -> Ending:
        self.close(kill=True)
        self.start()
        return Ending(9, 0, PATIENCE, 0, replies)

    def close(self, kill: bool = False) -> None:
        os.close(self.input)
        if kill:
            os.killpg(self.process.pid, 9)
        self.process.wait()
        os.close(self.output)
        os.close(self.control)


def probe(paths: list[str], metal: bool = False) -> dict:
    """The first look at files."""
    question = {"keywords": ["Modality", "SeriesDescription"], "metal": metal}
    return {"probe": {"_0": {"paths": paths, "question": question}}}


def unpack(path: str, output: str) -> dict:
    """The unpacking of one archive."""
    return {"unpack": {"_0": {"path": path, "output": output}}}


def restore(path: str, form: str, output: str, steps: list[str]) -> dict:
    """A whole job over one file."""
    recipe = {
        "name": "hostile", "condition": {"clauses": []},
        "steps": [{"name": name, "parameters": {}} for name in steps], "output": {},
    }
    return {
        "restore": {
            "_0": {
                "job": "20260101T000000Z-OT-00000000", "attempt": "1", "format": form,
                "sources": [{"path": path, "name": os.path.basename(path)}], "recipe": recipe,
                "modality": "MR", "output": output, "moment": 1_795_000_000, "version": "1",
            }
        }
    }
