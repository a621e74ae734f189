"""Checks of derived DICOM series by other people's software, run by hand.

    python dicom_derive.py uids                 the values in DerivedUIDTests.swift
    python dicom_derive.py compare SOURCE RESULT  what differs between two files, by keyword
    python dicom_derive.py pixels SOURCE RESULT   whether stored values agree

Needs pydicom 3.0.2 and numpy.
"""

import hashlib
import sys

NAMESPACE = bytes.fromhex("6c1f0a529b7e4d35a8903ed457c21b66")


def uid(*parts):
    """The UID of a name: SHA-256 of namespace and parts, as a UUID of version 8."""
    named = NAMESPACE + b"".join(part.encode() + b"\0" for part in parts)
    digest = bytearray(hashlib.sha256(named).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return f"2.25.{int.from_bytes(digest, 'big')}"


def compare(source, result):
    """Prints every top-level element that was added, changed or removed."""
    import pydicom

    before, after = pydicom.dcmread(source), pydicom.dcmread(result)
    for tag in sorted(set(before.keys()) | set(after.keys())):
        if tag not in after:
            print("removed", before[tag])
        elif tag not in before:
            print("added  ", after[tag])
        elif before[tag] != after[tag] and tag != 0x7FE00010:
            print("changed", before[tag], "->", after[tag])


def pixels(source, result):
    """Prints how many stored values differ, and by how much at most."""
    import numpy
    import pydicom

    before = pydicom.dcmread(source).pixel_array.astype(numpy.int64)
    after = pydicom.dcmread(result).pixel_array.astype(numpy.int64)
    print((before != after).sum(), "differ, by at most", abs(before - after).max())


if __name__ == "__main__":
    if sys.argv[1] == "uids":
        for name in [("instance", "1.2.3", "ab" * 32, "0.1.0"), ("",), ()]:
            print(name, uid(*name))
    else:
        {"compare": compare, "pixels": pixels}[sys.argv[1]](*sys.argv[2:4])
