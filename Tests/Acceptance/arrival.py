"""Copies scans into the inboxes as people and machines do: in pieces, with pauses, in any order."""

import hashlib
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SMALL = 32 << 10
LARGE = 128 << 10


class Arrived:
    """What came in: where, and with which content."""

    def __init__(self) -> None:
        self.digests: list[tuple[str, str, str]] = []
        self.junk: list[tuple[str, str, str]] = []
        self.lock = threading.Lock()


def copy_slowly(wave, service, seed: int) -> Arrived:
    """Copies a round, folder by folder, three at a time; returns the digests of what was read."""
    arrived = Arrived()
    folders: dict[tuple[str, str], list] = {}
    for delivery in wave:
        folders.setdefault((delivery.inbox, os.path.dirname(delivery.name)), []).append(delivery)
    order = sorted(folders)
    random.Random(seed).shuffle(order)
    with ThreadPoolExecutor(3) as pool:
        tasks = [
            pool.submit(copy_folder, folders[key], service, f"{seed} {key}", arrived)
            for key in order
        ]
        for task in tasks:
            task.result()
    return arrived


def copy_folder(deliveries, service, seed: str, arrived: Arrived) -> None:
    chance = random.Random(seed)
    deliveries = sorted(deliveries, key=lambda d: d.name)
    chance.shuffle(deliveries)
    for delivery in deliveries:
        target = service.inbox(delivery.inbox) / delivery.name
        target.parent.mkdir(parents=True, exist_ok=True)
        content = delivery.source.read_bytes()
        write_in_pieces(target, content, chance)
        digest = hashlib.sha256(content).hexdigest()
        with arrived.lock:
            arrived.digests.append((delivery.inbox, delivery.name, digest))


def write_in_pieces(target: Path, content: bytes, chance: random.Random) -> None:
    """Now and then a large file rests longer than a file takes to be called quiet."""
    cuts = []
    if len(content) > SMALL:
        cuts = sorted(chance.randrange(1, len(content)) for _ in range(chance.randint(1, 3)))
    long_rest = len(content) > LARGE and chance.random() < 0.05
    with open(target, "xb", buffering=0) as file:
        start = 0
        for cut in cuts + [len(content)]:
            file.write(content[start:cut])
            start = cut
            if start < len(content):
                time.sleep(0.8 if long_rest else chance.uniform(0.005, 0.03))
                long_rest = False


def leave_junk(inbox: Path) -> Arrived:
    """Leaves what no inbox may ever take: it has to lie there unchanged at the end."""
    arrived = Arrived()
    names = [
        ".hidden.dcm", "scan.dcm.part", "scan.dcm.partial", "scan.tmp", "scan.filepart",
        "scan.crdownload", "scan.dcm~", "~$scan.dcm", "Thumbs.db", ".DS_Store",
        "__MACOSX/scan.dcm", "lost+found/scan.dcm",
    ]
    for name in names:
        path = inbox / "junk" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = f"not a scan: {name}".encode()
        path.write_bytes(content)
        arrived.junk.append(("dicom", f"junk/{name}", hashlib.sha256(content).hexdigest()))
    (inbox / "junk" / "empty").mkdir()
    (inbox / "junk" / "link.dcm").symlink_to("/etc/hostname")
    return arrived
