"""Makes scans that nobody has seen before, out of small real ones and out of nothing."""

import gzip
import itertools
import os
import random
import struct
from pathlib import Path

import dicomfile

CHECKOUT = Path(__file__).resolve().parent.parent.parent
DATA = CHECKOUT / "Tests" / "Data"
SMALL = 200_000
INDEX = b"1.2.840.10008.1.3.10"


def real_scans() -> list[Path]:
    """The small files of the test data: those beside the checkout, where there are any, too."""
    more = os.environ.get("RESTORAD_TEST_DATA") or CHECKOUT.parent / "shared" / "data"
    found = [path for folder in (DATA, Path(more)) for path in folder.rglob("*")]
    # An index of other files stays in an inbox for good.
    return sorted(p for p in found if p.is_file() and p.suffix != ".md"
                  and 0 < p.stat().st_size <= SMALL and INDEX not in p.read_bytes())


class Maker:
    """Each call gives new content; the same seed gives the same contents in the same order."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)
        self.numbers = itertools.count(self.chance.randrange(10**11, 10**12) * 10**6)
        self.nifti = (DATA / "nifti" / "functional.nii").read_bytes()
        self.template = (DATA / "dicom" / "MR_small.dcm").read_bytes()
        self.real_scans = real_scans()

    def volume(self) -> tuple[str, bytes]:
        """A NIfTI file, now and then compressed: name's ending and content."""
        content = bytearray(self.nifti)
        # New bytes at the end of the voxels: the header stays what it is.
        content[-64:] = self.chance.randbytes(64)
        if self.chance.random() < 0.4:
            return ".nii.gz", gzip.compress(bytes(content), 1, mtime=0)
        return ".nii", bytes(content)

    def headerless(self) -> tuple[str, bytes]:
        """A small volume made from nothing, of floating-point numbers."""
        side = self.chance.choice([8, 10, 12])
        header = bytearray(348)
        struct.pack_into("<i", header, 0, 348)
        struct.pack_into("<8h", header, 40, 3, side, side, side, 1, 1, 1, 1)
        struct.pack_into("<hh", header, 70, 16, 32)
        struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 1, 1, 1, 1)
        struct.pack_into("<f", header, 108, 352)
        header[344:348] = b"n+1\0"
        values = [self.chance.uniform(0, 1000) for _ in range(side**3)]
        return ".nii", bytes(header) + b"\0" * 4 + struct.pack(f"<{side**3}f", *values)

    def slice(self) -> tuple[str, bytes]:
        """A real MR slice under identifiers of its own."""
        return ".dcm", self.renamed(self.template)

    def real(self) -> tuple[str, bytes]:
        """Any of the real files: of every kind, whatever becomes of it."""
        path = self.chance.choice(self.real_scans)
        content = path.read_bytes()
        if path.suffix == ".nii":
            return ".nii", content[:-8] + self.chance.randbytes(8)
        return "".join(path.suffixes[-2:]), self.renamed(content)

    def renamed(self, content: bytes) -> bytes:
        """A DICOM file under identifiers of its own, as far as they are found."""
        for old in sorted(set(dicomfile.identity(content))):
            if len(old) > 30:
                content = content.replace(old.encode(), self.uid(len(old)).encode())
        return content

    def uid(self, length: int) -> str:
        """A new identifier that is as long as the one it stands for."""
        return "2.25." + str(next(self.numbers)).rjust(length - 5, "9")

    def series(self, planes: int) -> list[tuple[str, bytes]]:
        """The slices of one series."""
        series = next(self.numbers)
        slices = []
        for plane in range(planes):
            words = (self.chance.randrange(1, 4000) for _ in range(256))
            pixels = struct.pack("<256H", *words)
            elements = dicomfile.image(next(self.numbers), series, plane, pixels)
            slices.append((".dcm", dicomfile.whole_file(elements)))
        return slices

    def scan(self) -> tuple[str, bytes]:
        """One file of any of the kinds that end as published."""
        return self.chance.choice([self.volume, self.headerless, self.slice, self.slice])()

    def rival(self, content: bytes) -> bytes:
        """The same instance with other pixels."""
        return content[:-8] + self.chance.randbytes(8)

    def hostile(self) -> tuple[str, bytes]:
        """What is no scan, or none any more."""
        kind = self.chance.randrange(5)
        if kind == 0:
            return ".dcm", self.chance.randbytes(self.chance.randrange(1, 3000))
        if kind == 1:
            return ".nii.gz", self.chance.randbytes(self.chance.randrange(1, 3000))
        if kind == 2:
            return ".dcm", b"\0" * 128 + b"DICM" + self.chance.randbytes(500)
        if kind == 3:
            return ".txt", f"letter {next(self.numbers)}".encode()
        ending, content = self.scan()
        return ending, content[: self.chance.randrange(100, len(content) // 2)]

    def mutant(self) -> tuple[str, bytes]:
        """A scan with a few bytes of its header turned; nobody says what it becomes."""
        ending, content = self.slice() if self.chance.random() < 0.5 else self.headerless()
        changed = bytearray(content)
        for _ in range(self.chance.randrange(1, 6)):
            changed[self.chance.randrange(min(len(changed), 1200))] = self.chance.randrange(256)
        return ending, bytes(changed)
