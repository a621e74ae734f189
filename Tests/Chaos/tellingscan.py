"""Scans that carry a mark in every element that may identify a person.

The list follows the basic profile of DICOM PS3.15, table E.1-1: names, identifiers, addresses,
dates, free text, private elements. `VALUE` never may be told by log, status or folder names; `NAME` stands
in the names of files and folders.
"""

import json
import struct

import dicomfile

VALUE = "QZXCANARY"
NAME = "WKJNAMELY"
BORN, SEEN = "19110203", "19120304"
# What has to be found nowhere, in small letters; a date also as people write it.
MARKS = [VALUE.lower(), NAME.lower(), BORN, SEEN, "1911-02-03", "1912-03-04"]

IDENTIFYING = """
PN 00080090 0008009C 00081048 00081050 00081060 00081070 00100010 00101001 00101005 00101060
PN 00102297 00321032 00380100 00400006 00401010 00402008 00404037 0040A075 0040A123 00700084
PN 00081052 300E0008 00102299
LO 00080080 0008103E 00081030 00081040 00081080 00100020 00100021 00101000 00101040 00101050
LO 00101090 00102000 00102110 00102150 00102152 001021F0 00102298 00181000 00181004 00181005
LO 00181030 00181400 0018100A 00321033 00321060 00321070 00380010 00380011 00380300 00380400
LO 00380500 00400007 00400012 00400254 00401004 00401005 00401103 00402001 00402016 00402017
LO 00404025 0040A027 00880906 00880912 00181007 00181011 00380050 00104000
SH 00080050 00080094 00081010 00102154 00102160 00102180 00200010 0018700A 00400010 00400011
SH 00400242 00400243 00400253 00401001 00402009 00402010 00102203
ST 00080081 00080092 0018A003 00400280 00401102 00082111 00081195
LT 001021B0 00184000 00204000 00324000 00384000 00401400 00402400 00189424 00209158 00284000
DA 00080020 00080021 00080022 00080023 00080025 00380020 00380030 00400002 00400244 00400250
DA 00404011 00321000 00321010 00181012 00181200 00102203
CS 00102204
AE 00080055
"""


def identifying() -> dict[int, tuple[str, str]]:
    """Every listed element with its mark."""
    elements: dict[int, tuple[str, str]] = {}
    for line in IDENTIFYING.split("\n"):
        vr, *tags = line.split() or [""]
        for number, tag in enumerate(tags):
            text = {"DA": SEEN, "PN": f"{VALUE}^P{number}"}.get(vr, f"{VALUE} {number}")
            elements[int(tag, 16)] = (vr, text)
    elements[0x00100030] = ("DA", BORN)
    elements[0x00101010] = ("AS", "109Y")
    elements[0x00100040] = ("CS", "F")
    elements[0x00080030] = ("TM", "010203")
    # A physician's address, other identifiers and a request, each in a sequence.
    person = dicomfile.item({0x00401101: ("LO", VALUE), 0x00401102: ("ST", VALUE)})
    elements[0x00080096] = ("SQ", person)
    elements[0x00101002] = ("SQ", dicomfile.item({0x00100020: ("LO", VALUE)}))
    elements[0x00400275] = ("SQ", dicomfile.item({0x00400007: ("LO", VALUE)}))
    for group in (0x0009, 0x0011, 0x0029, 0x0051):
        elements[group << 16 | 0x10] = ("LO", f"{VALUE} PRIVATE")
        elements[group << 16 | 0x1001] = ("LO", VALUE)
        elements[group << 16 | 0x1002] = ("UN", VALUE.encode())
    return elements


def slice_of(number: int, series: int, plane: int = 0, pixels: bytes | None = None) -> dict:
    """The elements of an MR slice with all marks."""
    if pixels is None:
        pixels = struct.pack("<256H", *((number * 31 + 7 * i * i) % 4001 for i in range(256)))
    return identifying() | dicomfile.image(number, series, plane, pixels)


def dicom(number: int, series: int, plane: int = 0, **changed) -> bytes:
    """A file; `changed` sets elements by their tags in hexadecimal, `t00080016=("UI", …)`."""
    elements = slice_of(number, series, plane)
    for tag, value in changed.items():
        elements[int(tag[1:], 16)] = value
    return dicomfile.whole_file(elements)


def nifti(seed: int, *, side: int = 8, intent: int = 0) -> bytes:
    """A volume with the mark in every free text of its header."""
    header = bytearray(348)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("10s18s", header, 4, VALUE.encode(), VALUE.encode() + b"-db")
    struct.pack_into("<8h", header, 40, 3, side, side, side, 1, 1, 1, 1)
    struct.pack_into("<hhh", header, 68, intent, 16, 32)
    struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 1, 1, 1, 1)
    struct.pack_into("<f", header, 108, 352)
    struct.pack_into("80s24s", header, 148, f"{VALUE} descrip".encode(), f"{VALUE} aux".encode())
    struct.pack_into("16s4s", header, 328, VALUE.encode(), b"n+1\0")
    values = ((seed * 17 + i * i * 5) % 997 + 0.5 for i in range(side**3))
    return bytes(header) + b"\0" * 4 + struct.pack(f"<{side**3}f", *values)


def sidecar() -> bytes:
    """A sidecar that tells everything."""
    keys = ["PatientName", "PatientID", "InstitutionName", "InstitutionAddress", "StationName",
            "DeviceSerialNumber", "SeriesDescription", "ProtocolName", "ReferringPhysicianName"]
    told = {key: f"{VALUE} {key}" for key in keys} | {"PatientBirthDate": BORN, VALUE: VALUE}
    return json.dumps({"Modality": "MR"} | told).encode()
