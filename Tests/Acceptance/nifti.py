"""Headers of NIfTI files: what a result has to have kept."""

import gzip
import math
import struct
from pathlib import Path

FLOAT32 = 16
# The file of a scan that holds its header.
OPENED = (".nii", ".nii.gz", ".hdr", ".hdr.gz")
# Where the fields stand: (format of an item, count, offset) in NIfTI-1 and in NIfTI-2.
FIELDS = {
    "dim": (("h", 8, 40), ("q", 8, 16)),
    "pixdim": (("f", 8, 76), ("d", 8, 104)),
    "xyzt_units": (("B", 1, 123), ("i", 1, 500)),
    "intent_code": (("h", 1, 68), ("i", 1, 504)),
    "qform_code": (("h", 1, 252), ("i", 1, 344)),
    "sform_code": (("h", 1, 254), ("i", 1, 348)),
    "quaternion": (("f", 6, 256), ("d", 6, 352)),
    "sform": (("f", 12, 280), ("d", 12, 400)),
}


def header_bytes(path: Path) -> bytes:
    """The first bytes of a file, gunzipped where its name says gzip."""
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "rb") as file:
        return file.read(544)


def version(content: bytes) -> tuple[int, str]:
    """1 or 2, and the order of bytes."""
    for order in "<>":
        size = struct.unpack_from(order + "i", content)[0]
        if size in (348, 540):
            return (1 if size == 348 else 2), order
    raise ValueError("no NIfTI header")


def fields(content: bytes) -> dict[str, tuple]:
    number, order = version(content)
    read = {}
    for name, places in FIELDS.items():
        kind, count, offset = places[number - 1]
        read[name] = struct.unpack_from(f"{order}{count}{kind}", content, offset)
    return read


def same(left: tuple, right: tuple) -> bool:
    return all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(left, right))


def faults(result: bytes, source: bytes) -> list[str]:
    """What a result did not keep of its source, or lacks."""
    if version(result)[0] != version(source)[0]:
        return ["another version of NIfTI"]
    number, order = version(result)
    ours, theirs = fields(result), fields(source)
    found = [name for name in FIELDS if name not in ("dim", "pixdim")
             and not same(ours[name], theirs[name])]
    rank = theirs["dim"][0]
    if ours["dim"][: rank + 1] != theirs["dim"][: rank + 1]:
        found.append(f"dim {ours['dim']} for {theirs['dim']}")
    if not same(ours["pixdim"][: rank + 1], theirs["pixdim"][: rank + 1]):
        found.append(f"pixdim {ours['pixdim']} for {theirs['pixdim']}")
    datatype = struct.unpack_from(order + "h", result, 70 if number == 1 else 12)[0]
    if datatype != FLOAT32:
        found.append(f"data type {datatype}")
    voxels = math.prod(max(1, n) for n in theirs["dim"][1 : rank + 1])
    if len(result) < 4 * voxels:
        found.append("fewer voxels than the header says")
    return found
