"""Files that ask for far more than they hold: nested, packed, or by what they announce."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

MEBIBYTE = 1 << 20


def element(group: int, number: int, vr: str, value: bytes) -> bytes:
    """An element in Explicit VR Little Endian."""
    value += b" " * (len(value) % 2) if vr not in ("UI", "OB", "OW", "SQ", "UN") else b"\0" * (len(value) % 2)
    head = struct.pack("<HH2s", group, number, vr.encode())
    if vr in ("OB", "OW", "SQ", "UN", "UT"):
        return head + struct.pack("<HI", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def part10(syntax: str, data_set: bytes) -> bytes:
    """A file of a transfer syntax."""
    meta = b"".join([
        element(2, 1, "OB", b"\0\1"), element(2, 2, "UI", b"1.2.840.10008.5.1.4.1.1.7"),
        element(2, 3, "UI", b"1.2.3.4.1"), element(2, 0x10, "UI", syntax.encode()),
        element(2, 0x12, "UI", b"1.2.3.9"),
    ])
    return b"\0" * 128 + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta))) + meta + data_set


def image(rows: int, columns: int, frames: int = 1, bits: int = 16, modality: bytes = b"MR") -> bytes:
    """The data set of an image before its pixels."""
    number = lambda value: struct.pack("<H", value)
    sop_class = b"1.2.840.10008.5.1.4.1.1." + (b"2" if modality == b"CT" else b"4")
    return b"".join([
        element(8, 8, "CS", b"ORIGINAL\\PRIMARY\\OTHER"), element(8, 0x16, "UI", sop_class),
        element(8, 0x18, "UI", b"1.2.3.4.1"), element(8, 0x60, "CS", modality),
        element(0x20, 0xD, "UI", b"1.2.3"), element(0x20, 0xE, "UI", b"1.2.3.4"),
        element(0x20, 0x13, "IS", b"1"), element(0x28, 2, "US", number(1)),
        element(0x28, 4, "CS", b"MONOCHROME2"), element(0x28, 8, "IS", str(frames).encode()),
        element(0x28, 0x10, "US", number(rows)), element(0x28, 0x11, "US", number(columns)),
        element(0x28, 0x30, "DS", b"1\\1"), element(0x28, 0x100, "US", number(bits)),
        element(0x28, 0x101, "US", number(bits)), element(0x28, 0x102, "US", number(bits - 1)),
        element(0x28, 0x103, "US", number(0)), element(0x28, 0x1052, "DS", b"0"),
        element(0x28, 0x1053, "DS", b"1"), element(0x28, 0x1054, "LO", b"HU"),
    ])


def encapsulated(*fragments: bytes) -> bytes:
    """Pixel data in fragments."""
    item = lambda value: struct.pack("<HHI", 0xFFFE, 0xE000, len(value)) + value
    head = struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OB", 0, 0xFFFFFFFF) + item(b"")
    ending = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    return head + b"".join(item(part + b"\0" * (len(part) % 2)) for part in fragments) + ending


def deflated_zeros(mebibytes: int, head: bytes) -> bytes:
    """A deflate stream that becomes `head` and zeros; one mebibyte is deflated, then repeated.

    A full flush makes the pieces independent of each other: any number of them is a stream.
    """
    deflater = zlib.compressobj(9, wbits=-15)
    start = deflater.compress(head) + deflater.flush(zlib.Z_FULL_FLUSH)
    piece = deflater.compress(bytes(MEBIBYTE)) + deflater.flush(zlib.Z_FULL_FLUSH)
    return start + piece * mebibytes + deflater.flush()


def gzipped_zeros(mebibytes: int, head: bytes) -> bytes:
    """A gzip file of one member with `head`, and members of a mebibyte of zeros."""
    return zlib.compress(head, 9, wbits=31) + zlib.compress(bytes(MEBIBYTE), 9, wbits=31) * mebibytes


def nifti_header(shape: list[int], datatype: int, bits: int) -> bytes:
    """The header of a NIfTI-1 file, with what stands before the voxels."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, len(shape), *(shape + [1] * (7 - len(shape))))
    struct.pack_into("<2h", header, 70, datatype, bits)
    struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 1, 1, 1, 1)
    struct.pack_into("<3f", header, 108, 352, 1, 0)
    header[344:348] = b"n+1\0"
    return bytes(header)


def nested(depth: int, closed: bool) -> bytes:
    """Sequences within sequences, of undefined length or of lengths that are right."""
    if not closed:
        opening = struct.pack("<HH2sHI", 8, 0x1140, b"SQ", 0, 0xFFFFFFFF)
        return (opening + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)) * depth
    # The lengths from the outside in; what they enclose is empty.
    heads = []
    for level in range(depth):
        inner = 20 * (depth - level - 1)
        heads.append(struct.pack("<HH2sHI", 8, 0x1140, b"SQ", 0, inner + 8))
        heads.append(struct.pack("<HHI", 0xFFFE, 0xE000, inner))
    return b"".join(heads)


def stretched(codestream: bytes, rows: int, columns: int) -> bytes:
    """A JPEG 2000 codestream whose header says another size, in one tile."""
    at = codestream.index(b"\xff\x51")
    damaged = bytearray(codestream)
    struct.pack_into(">II", damaged, at + 6, columns, rows)
    struct.pack_into(">II", damaged, at + 22, columns, rows)
    return bytes(damaged)


def codestream_of(path: Path) -> bytes:
    """The codestream of a file of one frame."""
    content = path.read_bytes()
    return content[content.index(b"\xff\x4f\xff\x51"):content.rindex(b"\xff\xd9") + 2]


def run_lengths(planes: int, count: int) -> bytes:
    """An RLE frame of zeros: runs of 128, two bytes each."""
    run = b"\x81\0" * (count // 128) + (struct.pack("b", 1 - count % 128) + b"\0") * (count % 128 > 1)
    run += b"\0" * (len(run) % 2)
    offsets = [64 + plane * len(run) for plane in range(planes)] + [0] * (15 - planes)
    return struct.pack("<16I", planes, *offsets) + run * planes


def all_bombs(data: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents, one after the other: some are large."""
    explicit, deflate = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"
    pixel_head = struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, 0xFFFFFFF0)
    yield "open-sequences.dcm", part10(explicit, nested(400_000, closed=False))
    yield "closed-sequences.dcm", part10(explicit, nested(100_000, closed=True))
    yield "closed-then-image.dcm", part10(
        explicit, nested(3000, closed=True) + image(1, 1) + element(0x7FE0, 0x10, "OW", b"\0\0"))
    yield "many-items.dcm", part10(explicit, element(
        8, 0x1140, "SQ", struct.pack("<HHI", 0xFFFE, 0xE000, 0) * 1_000_000) + image(1, 1))
    yield "many-elements.dcm", part10(explicit, b"".join(
        element(9, 0x1000 + number, "LO", b"x") for number in range(0xE000)) + image(1, 1))
    yield "many-fragments.dcm", part10("1.2.840.10008.1.2.5", image(4, 4) + encapsulated(
        *[b"\0\0"] * 500_000))
    yield "deflated-endless.dcm", part10(deflate, deflated_zeros(
        12_000, image(65_535, 32_766) + pixel_head))
    yield "deflated-element.dcm", part10(deflate, deflated_zeros(
        4200, struct.pack("<HH2sHI", 9, 0x10, b"UN", 0, 0xFFFFFFF0)))
    yield "deflated-text.dcm", part10(deflate, deflated_zeros(
        4000, struct.pack("<HH2sHI", 8, 0x1000, b"UT", 0, 3 << 30)))
    yield "rle-lie.dcm", part10("1.2.840.10008.1.2.5", image(65_535, 65_535) + encapsulated(
        run_lengths(2, 4096)))
    for modality in (b"MR", b"CT"):
        yield f"rle-bomb-{modality.decode()}.dcm", part10(
            "1.2.840.10008.1.2.5",
            image(30_000, 30_000, modality=modality) + encapsulated(run_lengths(2, 900_000_000)))
        for name in ("MR_small_jp2klossless.dcm", "MR_small_htj2k_lossless.dcm"):
            syntax = "1.2.840.10008.1.2.4." + ("90" if "jp2k" in name else "201")
            coded = codestream_of(data / "dicom" / name)
            for side in (20_000, 65_535):
                yield f"j2k-{modality.decode()}-{side}-{name}", part10(
                    syntax, image(side, side, modality=modality)
                    + encapsulated(stretched(coded, side, side)))
    yield "frames.dcm", part10(explicit, image(65_535, 65_535, frames=2_147_483_647)
                               + element(0x7FE0, 0x10, "OW", bytes(4096)))
    lie = nifti_header([3, 32_767, 32_767, 32_767], 64, 64)[:352]
    yield "announced.nii", nifti_header([32_767, 32_767, 32_767], 64, 64) + bytes(4096)
    yield "announced.nii.gz", zlib.compress(lie + bytes(4096), 9, wbits=31)
    yield "endless.nii.gz", gzipped_zeros(12_000, nifti_header([4, 4, 4], 4, 16))
    yield "honest.nii.gz", gzipped_zeros(12_000, nifti_header([2000, 2000, 750], 16, 32))
    yield "volumes.nii.gz", gzipped_zeros(
        64, nifti_header([1, 1, 1, 32_767, 32_767, 1, 1], 2, 8))
    yield "extensions.nii.gz", gzipped_zeros(2000, nifti_header([4, 4, 4], 4, 16)[:108]
                                              + struct.pack("<f", 2e9)
                                              + nifti_header([4, 4, 4], 4, 16)[112:348] + b"\1\0\0\0")
