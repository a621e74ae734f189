"""Writes small DICOM files by hand, and reads the identity back from what was made of them."""

import re
import struct

LONG = {"OB", "OW", "SQ", "UN", "UT", "UC", "UR", "OF"}
EXPLICIT = "1.2.840.10008.1.2.1"
MR_STORAGE = "1.2.840.10008.5.1.4.1.1.4"


def padded(vr: str, value: str | bytes) -> bytes:
    """A value as it stands in a file: of even length."""
    data = value.encode() if isinstance(value, str) else value
    if len(data) % 2:
        data += b"\0" if vr in ("UI", "OB", "UN") else b" "
    return data


def element(tag: int, vr: str, value: str | bytes) -> bytes:
    """One element in Explicit VR Little Endian."""
    data = padded(vr, value)
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    if vr in LONG:
        return head + struct.pack("<HI", 0, len(data)) + data
    return head + struct.pack("<H", len(data)) + data


def item(elements: dict[int, tuple[str, str | bytes]]) -> bytes:
    """One item of a sequence."""
    body = b"".join(element(tag, *elements[tag]) for tag in sorted(elements))
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body


def whole_file(elements: dict[int, tuple[str, str | bytes]]) -> bytes:
    """Preamble, file meta information and data set."""
    meta = element(0x00020001, "OB", b"\0\1")
    meta += element(0x00020002, "UI", elements[0x00080016][1])
    meta += element(0x00020003, "UI", elements[0x00080018][1])
    meta += element(0x00020010, "UI", EXPLICIT)
    meta += element(0x00020012, "UI", "2.25.7")
    length = element(0x00020000, "UL", struct.pack("<I", len(meta)))
    body = b"".join(element(tag, *elements[tag]) for tag in sorted(elements))
    return b"\0" * 128 + b"DICM" + length + meta + body


def image(number: int, series: int, plane: int, pixels: bytes, side: int = 16) -> dict:
    """The elements of one MR slice: `plane` gives its number and place."""
    short = lambda value: ("US", struct.pack("<H", value))
    return {
        0x00080008: ("CS", "ORIGINAL\\PRIMARY\\M"),
        0x00080016: ("UI", MR_STORAGE),
        0x00080018: ("UI", f"2.25.{number}"),
        0x00080060: ("CS", "MR"),
        0x00180050: ("DS", "2"),
        0x0020000D: ("UI", f"2.25.{series}1"),
        0x0020000E: ("UI", f"2.25.{series}2"),
        0x00200011: ("IS", "3"),
        0x00200013: ("IS", str(plane + 1)),
        0x00200032: ("DS", f"-10\\-20\\{2 * plane}"),
        0x00200037: ("DS", "1\\0\\0\\0\\1\\0"),
        0x00200052: ("UI", f"2.25.{series}3"),
        0x00280002: short(1),
        0x00280004: ("CS", "MONOCHROME2"),
        0x00280010: short(side),
        0x00280011: short(side),
        0x00280030: ("DS", "1\\1"),
        0x00280100: short(16),
        0x00280101: short(16),
        0x00280102: short(15),
        0x00280103: short(0),
        0x7FE00010: ("OW", pixels),
    }


def identity(content: bytes) -> list[str]:
    """Every SOP Instance and Series Instance UID that an explicit little-endian file bears."""
    found = []
    for match in re.finditer(rb"(?:\x08\0\x18\0|\x20\0\x0e\0|\x02\0\x03\0)UI(..)", content, re.S):
        length = struct.unpack("<H", match.group(1))[0]
        found.append(content[match.end():match.end() + length].rstrip(b"\0").decode("ascii"))
    return found
