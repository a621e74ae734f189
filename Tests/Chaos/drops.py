"""Hands scans in as people, scanners and networks do: slowly, brokenly, twice, over each other."""

import errno
import os
import random
import threading
import time
from collections import deque
from pathlib import Path

from grounds import Grounds, Inbox
from model import Model
from parcels import Packer
from scans import Maker

CROWD = 60
ENDINGS_OF_OTHERS = (".part", ".partial", ".filepart")


def is_same(file: int, path: Path) -> bool:
    """Whether an open file still stands where it was put."""
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except FileNotFoundError:
        return False


class Taken(Exception):
    """The daemon took a file that was still being written."""

    def __init__(self, content: bytes) -> None:
        self.content = content


class Crew:
    """Some threads that hand in files until they are told to stop."""

    def __init__(self, grounds: Grounds, model: Model, seed: str, threads: int = 3) -> None:
        self.grounds, self.model = grounds, model
        self.condition = threading.Condition()
        self.active: dict[str, int] = {inbox.name: 0 for inbox in grounds.inboxes}
        self.closed: set[str] = set()
        self.is_paused = self.is_over = False
        self.error: BaseException | None = None
        self.recent: deque[list[tuple[str, bytes]]] = deque(maxlen=150)
        self.threads = [
            threading.Thread(target=self._work, args=(f"{seed}/{n}",), daemon=True)
            for n in range(threads)]
        for thread in self.threads:
            thread.start()

    # Pausing

    def pause(self) -> None:
        """Waits until nobody is in the middle of a file."""
        with self.condition:
            self.is_paused = True
            while any(self.active.values()):
                self.condition.wait()

    def resume(self) -> None:
        with self.condition:
            self.is_paused = False
            self.condition.notify_all()

    def close(self, inbox: Inbox, seconds: float) -> bool:
        """Keeps everybody out of an inbox; false when it did not empty in time."""
        deadline = time.monotonic() + seconds
        with self.condition:
            self.closed.add(inbox.name)
            while self.active[inbox.name]:
                left = deadline - time.monotonic()
                if left <= 0:
                    self.closed.discard(inbox.name)
                    return False
                self.condition.wait(left)
        return True

    def open(self, inbox: Inbox) -> None:
        with self.condition:
            self.closed.discard(inbox.name)
            self.condition.notify_all()

    def stop(self) -> None:
        with self.condition:
            self.is_over = True
            self.is_paused = False
            self.condition.notify_all()
        for thread in self.threads:
            thread.join()

    # The work

    def _work(self, seed: str) -> None:
        hand = Hand(self, seed)
        try:
            while not self.is_over:
                inbox = hand.chance.choice(self.grounds.inboxes)
                with self.condition:
                    while self.is_paused and not self.is_over:
                        self.condition.wait()
                    if self.is_over:
                        return
                    is_open = inbox.name not in self.closed
                    self.active[inbox.name] += is_open
                if is_open:
                    try:
                        hand.deliver(inbox)
                    finally:
                        with self.condition:
                            self.active[inbox.name] -= 1
                            self.condition.notify_all()
                time.sleep(hand.chance.uniform(0.02, 0.15))
        except BaseException as error:
            self.error = error
            raise


class Hand(Packer):
    """One thread's way of handing files in."""

    def __init__(self, crew: Crew, seed: str) -> None:
        self.crew, self.model = crew, crew.model
        self.chance = random.Random(seed)
        self.maker = Maker(seed)
        self.count = 0
        self.mark = format(self.chance.randrange(1 << 24), "06x")

    def deliver(self, inbox: Inbox) -> None:
        """Hands in one thing, unless the inbox is crowded or its disk is full."""
        if sum(len(names) for _, _, names in os.walk(inbox.path)) > CROWD \
                and inbox.originals != "leave":
            return
        ways = [
            (8, self.single), (3, self.series), (2, self.again), (1, self.rival),
            (1, self.hostile), (1, self.broken), (1, self.mutant), (1, self.rewritten),
            (1, self.slow_series), (2, self.real), (3, self.packed), (1, self.packed_parts),
            (1, self.broken_parcel)]
        way = self.chance.choices([w for _, w in ways], [n for n, _ in ways])[0]
        try:
            way(inbox)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            time.sleep(0.2)

    def place(self, inbox: Inbox, ending: str) -> Path:
        """A name that nothing had before."""
        self.count += 1
        folder = inbox.path
        for _ in range(self.chance.choice([0, 0, 1, 2])):
            folder = folder / self.chance.choice(["a", "b b", "Ärzte", "2026"])
        folder.mkdir(parents=True, exist_ok=True)
        front = self.chance.choice(["scan", "IM-", "-n ", "名 "])
        return folder / f"{front}{self.mark}-{self.count}{ending}"

    # What is handed in

    def single(self, inbox: Inbox) -> None:
        scan = self.maker.scan()
        self.put(inbox, scan, "good")
        self.crew.recent.append([scan])

    def series(self, inbox: Inbox) -> None:
        slices = self.maker.series(self.chance.randint(2, 5))
        self.put_folder(inbox, slices)
        self.crew.recent.append(slices)

    def again(self, inbox: Inbox) -> None:
        """The same content under another name, soon or long after."""
        if not self.crew.recent:
            return
        files = self.chance.choice(list(self.crew.recent))
        if len(files) > 1:
            self.put_folder(inbox, files)
        else:
            self.put(inbox, files[0], "good")

    def rival(self, inbox: Inbox) -> None:
        """The same SOP Instance UID with other content, before or after the first is done."""
        ending, content = self.maker.slice()
        other = self.maker.rival(content)
        self.model.contest(content, other)
        self.put(inbox, (ending, content), "contested")
        time.sleep(self.chance.choice([0, 0.1, 0.6]))
        self.put(inbox, (ending, other), "contested")

    def hostile(self, inbox: Inbox) -> None:
        self.put(inbox, self.maker.hostile(), "hostile")

    def mutant(self, inbox: Inbox) -> None:
        self.put(inbox, self.maker.mutant(), "open")

    def real(self, inbox: Inbox) -> None:
        self.put(inbox, self.maker.real(), "open")

    def broken(self, inbox: Inbox) -> None:
        """A writer that stops in the middle and never comes back."""
        ending, content = self.maker.scan()
        cut = self.chance.randrange(400, len(content) - 200)
        self.put(inbox, (ending, content[:cut]), "hostile", manner="plain")

    def slow_series(self, inbox: Inbox) -> None:
        """Slice after slice, with rests in which a part may pass for the whole."""
        for scan in self.maker.series(self.chance.randint(2, 4)):
            self.put(inbox, scan, "open")
            time.sleep(self.chance.choice([0, 0.1, 0.4]))

    def rewritten(self, inbox: Inbox) -> None:
        """A whole scan that is cut down to nothing and written anew, as another, at once."""
        (ending, first), (other, second) = self.maker.volume(), self.maker.volume()
        if ending != other:
            return
        path = self.place(inbox, ending)
        try:
            self.write(path, first, [])
        except Taken:
            return self.model.accept(inbox, [first], "open")
        try:
            file = os.open(path, os.O_WRONLY | os.O_TRUNC)
        except FileNotFoundError:
            return self.model.accept(inbox, [first], "good")
        try:
            if os.write(file, second) < len(second):
                return self.give_up(inbox, path, file)
            is_there = is_same(file, path)
        except OSError:
            return self.give_up(inbox, path, file)
        finally:
            os.close(file)
        # If it was taken under our hands, both its ends are right: nothing may be lost.
        self.model.accept(inbox, [second], "good" if is_there else "open")

    # How

    def put(self, inbox: Inbox, scan: tuple[str, bytes], fate: str, manner: str = "") -> bool:
        """Hands in one file in some manner and notes it; false when it was taken before its end."""
        ending, content = scan
        if inbox.originals == "leave" and fate != "good":
            # The beginning of what is no scan may be copied and set aside while the rest comes.
            manner = manner or self.chance.choice(["plain", "renamed"])
        manner = manner or self.chance.choices(
            ["plain", "pieces", "renamed", "stalled"], [5, 3, 3, 1])[0]
        path = self.place(inbox, ending)
        try:
            if manner == "renamed":
                front, back = self.chance.choice([(".", ""), *(("", e) for e in ENDINGS_OF_OTHERS)])
                beside = path.with_name(f"{front}{path.name}{back}")
                self.write(beside, content, [])
                os.rename(beside, path)
            else:
                self.write(path, content, self.rests(content, manner))
        except Taken as taken:
            self.model.accept(inbox, [taken.content], "open")
            return False
        self.model.accept(inbox, [content], fate)
        return True

    def rests(self, content: bytes, manner: str) -> list[tuple[int, float]]:
        """Where in a file the writer rests, and for how long."""
        if manner == "plain" or len(content) < 1000:
            return []
        if manner == "stalled":
            return [(self.chance.randrange(400, len(content)), self.chance.uniform(0.3, 1.0))]
        cuts = sorted(self.chance.randrange(400, len(content)) for _ in range(4))
        return [(cut, self.chance.choice([0, 0.01, 0.03, 0.15])) for cut in cuts]

    def write(self, path: Path, content: bytes, rests: list[tuple[int, float]]) -> None:
        """Writes a file in pieces. What cannot be finished is taken back."""
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o664)
        try:
            at = 0
            for cut, seconds in [*rests, (len(content), 0)]:
                while at < cut:
                    at += os.write(file, content[at:cut])
                time.sleep(seconds)
                if not is_same(file, path):
                    raise Taken(content[:at])
        except OSError:
            self.take_back(path, content[:at])
            raise
        finally:
            os.close(file)

    def take_back(self, path: Path, content: bytes) -> None:
        try:
            os.unlink(path)
        except FileNotFoundError:
            raise Taken(content) from None

    def give_up(self, inbox: Inbox, path: Path, file: int) -> None:
        """A file that could not be rewritten: nobody counts on it."""
        try:
            os.unlink(path)
        except FileNotFoundError:
            with open(f"/proc/self/fd/{file}", "rb") as left:
                self.model.accept(inbox, [left.read()], "open")

    def put_folder(self, inbox: Inbox, files: list[tuple[str, bytes]]) -> None:
        """A folder that is filled out of sight and renamed in."""
        folder = self.place(inbox, "")
        hidden = folder.with_name(f".{folder.name}")
        hidden.mkdir()
        order = list(enumerate(files))
        self.chance.shuffle(order)
        try:
            for index, (ending, content) in order:
                (hidden / f"IM{index}{ending}").write_bytes(content)
        except OSError:
            for file in hidden.iterdir():
                file.unlink()
            hidden.rmdir()
            raise
        os.rename(hidden, folder)
        self.model.accept(inbox, [content for _, content in files], "good")
