"""What was handed in, and what has to become of it."""

import hashlib
import threading
from dataclasses import dataclass

from grounds import Inbox


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Drop:
    """One accepted file."""

    inbox: Inbox
    content: str
    packed: bool = False


class Model:
    """The drops of one round. Fates:

    good       published, exactly once, together with the rest of its group
    hostile    never published, kept in quarantine
    contested  two contents under one SOP Instance UID: at most one of them is published
    open       several ends are right; nothing may be lost, and nothing published twice
    parcel     an archive: it exists as any file does, may be deleted when all in it is published
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.drops: dict[str, list[Drop]] = {}
        self.fates: dict[str, str] = {}
        self.groups: set[frozenset[str]] = set()
        # What is in each archive; an empty name stands for what is no scan.
        self.parcels: dict[str, frozenset[str]] = {}
        self.files = 0
        self.duplicates = 0

    def accept(
        self, inbox: Inbox, contents: list[bytes], fate: str, packed: bool = False
    ) -> None:
        """Notes files that lie whole in an inbox from now on, or in an archive there."""
        group = frozenset(digest(content) for content in contents)
        with self.lock:
            for name in group:
                if name in self.drops:
                    self.duplicates += 1
                self.drops.setdefault(name, []).append(Drop(inbox, name, packed))
                # What is known to be contested or open stays so.
                if self.fates.get(name, "good") == "good":
                    self.fates[name] = fate
            self.files += len(group)
            if fate == "good":
                self.groups.add(group)

    def enclose(self, parcel: bytes, contents: list[bytes], others: bool) -> None:
        """Notes, before an archive comes, what is in it, and whether there is more than scans."""
        names = {digest(content) for content in contents} | ({""} if others else set())
        with self.lock:
            self.parcels[digest(parcel)] = frozenset(names)

    def contest(self, content: bytes, rival: bytes) -> None:
        """Notes, before the rival comes, that two contents bear one SOP Instance UID."""
        names = {digest(content), digest(rival)}
        with self.lock:
            self.fates.update((name, "contested") for name in names)
            self.groups.add(frozenset(names))

    def groups_of(self, fate: str) -> list[frozenset[str]]:
        return [g for g in self.groups if {self.fates[name] for name in g} == {fate}]
