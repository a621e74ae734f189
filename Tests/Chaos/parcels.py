"""Packs files into archives of the kinds that are one drop."""

import io
import random
import tarfile
import time
import zipfile

from grounds import Inbox

Files = list[tuple[str, bytes]]


def zipped(chance: random.Random, files: Files) -> bytes:
    """A zip, packed or only stored."""
    method = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method, compresslevel=1) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


def tarred(files: Files, mode: str) -> bytes:
    """A tar, with its folders where they have names, perhaps through gzip."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def parcel(chance: random.Random, contents: Files) -> tuple[str, bytes]:
    """An archive of files with such endings, under names and in an order of its own: its ending
    and its content."""
    folders = ["", "a/", "./b/c/", "名/"]
    files = [(f"{chance.choice(folders)}IM{number}{ending}", content)
             for number, (ending, content) in enumerate(contents)]
    chance.shuffle(files)
    ending = chance.choice([".zip", ".zip", ".tar", ".tar.gz", ".tgz"])
    if ending == ".zip":
        return ending, zipped(chance, files)
    return ending, tarred(files, "w" if ending == ".tar" else "w:gz")


class Packer:
    """What a hand that gives scans in does with archives."""

    def packed(self, inbox: Inbox) -> None:
        """An archive of scans, now and then with what is none, or with what came before."""
        groups = [[self.maker.scan()] for _ in range(self.chance.randint(0, 2))]
        groups.append(self.maker.series(self.chance.randint(1, 4)))
        if self.crew.recent and self.chance.random() < 0.3:
            groups.append(self.chance.choice(list(self.crew.recent)))
        self.put_parcel(inbox, groups, "good")
        self.crew.recent += groups

    def packed_parts(self, inbox: Inbox) -> None:
        """A series in parts, of which some are packed, and some may come after the rest is done."""
        slices = self.maker.series(self.chance.randint(3, 5))
        cut = self.chance.randint(1, len(slices) - 1)
        for part in (slices[:cut], slices[cut:]):
            if self.chance.random() < 0.7:
                self.put_parcel(inbox, [part], "open")
            else:
                for scan in part:
                    self.put(inbox, scan, "open")
            time.sleep(self.chance.choice([0, 0.2, 0.8]))

    def broken_parcel(self, inbox: Inbox) -> None:
        """An archive whose end never comes."""
        ending, content = parcel(self.chance, self.maker.series(2))
        # A tar may be padded with more than half of what it holds.
        cut = self.chance.randrange(len(content) // 8, len(content) // 3)
        self.put(inbox, (ending, content[:cut]), "hostile", manner="plain")

    def put_parcel(self, inbox: Inbox, groups: list[list[tuple[str, bytes]]], fate: str) -> None:
        """Hands in an archive and notes what is in it; each group is a scan."""
        files = [scan for group in groups for scan in group]
        others = self.chance.random() < 0.2
        letter = [(".txt", f"a letter of {self.mark}".encode())] if others else []
        ending, content = parcel(self.chance, files + letter)
        self.model.enclose(content, [scan for _, scan in files], others)
        if self.put(inbox, (ending, content), "parcel"):
            for group in groups:
                self.model.accept(inbox, [scan for _, scan in group], fate, packed=True)
