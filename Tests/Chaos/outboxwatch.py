"""Polls outboxes: whatever is visible has to be whole at that moment, and to stay as it is.

A process of its own, so that it looks as often as it can:
    outboxwatch.py OUTBOX...
Each fault is a line on standard output. When standard input ends, a last look is taken and the last
line tells of it: {"looks": …, "seconds": …, "folders": …}
"""

import hashlib
import json
import os
import select
import sys
import time

PAUSE = 0.0005


def tree(folder: str) -> dict[str, int]:
    """The files below a folder with their sizes."""
    found = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            found[os.path.relpath(path, folder)] = os.stat(path).st_size
    return found


def fault(folder: str) -> str | None:
    """What is wrong between a folder and its manifest."""
    try:
        with open(os.path.join(folder, "manifest.json"), "rb") as file:
            entries = {entry["path"]: entry for entry in json.load(file)}
        there = tree(folder)
        if set(there) != set(entries) | {"manifest.json"}:
            return f"not as listed: {sorted(set(there) ^ set(entries))[:5]}"
        for path, entry in entries.items():
            with open(os.path.join(folder, path), "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            if there[path] != entry["bytes"] or digest != entry["sha256"]:
                return f"{path} is not what the manifest says"
        for needed in ("report.json", "log.jsonl"):
            if needed not in entries:
                return f"{needed} is missing"
        if not any(path.startswith("result/") for path in entries):
            return "no result"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    return None


class Watch:
    def __init__(self, outboxes: list[str]) -> None:
        self.outboxes = outboxes
        self.seen: dict[str, dict[str, int]] = {}
        self.looks = 0

    def say(self, name: str, wrong: str) -> None:
        print(json.dumps({"folder": name, "fault": wrong}), flush=True)

    def look(self) -> None:
        """One look at the names; what is new is verified whole at once."""
        self.looks += 1
        for outbox in self.outboxes:
            for name in os.listdir(outbox):
                path = f"{outbox}/{name}"
                # A hidden name is a place of work inside an outbox that is a disk of its own.
                if path in self.seen or name.startswith("."):
                    continue
                wrong = fault(path)
                if wrong:
                    self.say(path, wrong)
                try:
                    self.seen[path] = tree(path)
                except OSError:
                    self.seen[path] = {}

    def look_again(self, path: str) -> None:
        try:
            now = tree(path)
            if now != self.seen[path]:
                self.say(path, "changed after it was published")
                self.seen[path] = now
        except OSError as error:
            self.say(path, f"vanished after it was published: {error}")

    def run(self) -> None:
        began = time.monotonic()
        again = []
        while not select.select([sys.stdin], [], [], PAUSE)[0]:
            self.look()
            if self.looks % 50 == 0 and self.seen:
                again = again or list(self.seen)
                self.look_again(again.pop())
        seconds = time.monotonic() - began
        self.look()
        for path in self.seen:
            wrong = fault(path)
            if wrong:
                self.say(path, f"at the end: {wrong}")
            self.look_again(path)
        print(json.dumps({"looks": self.looks, "seconds": round(seconds, 2),
                          "folders": len(self.seen)}), flush=True)


if __name__ == "__main__":
    Watch(sys.argv[1:]).run()
