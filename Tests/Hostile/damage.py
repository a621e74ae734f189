"""Ways to damage a real file; all follow from the seed."""

import random
import struct
from collections.abc import Iterator

# Both ends of every number that a length or a count may be taken for.
EXTREMES = [
    b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80",
    b"\x00\x00\x00\x00", b"\xff\xff\x00\x00", b"\x00\x80\x00\x00", b"\x01\x00\x00\x00",
]
# Rows, Columns, Samples, bits, Number of Frames (IS), Rescale and spacing (DS).
TARGETS = [
    (0x0028, 0x0010), (0x0028, 0x0011), (0x0028, 0x0002), (0x0028, 0x0100), (0x0028, 0x0101),
    (0x0028, 0x0102), (0x0028, 0x0103), (0x0028, 0x0008), (0x0028, 0x1053), (0x0028, 0x0030),
    (0x7FE0, 0x0010), (0x7FE0, 0x0008), (0x7FE0, 0x0009),
]


def lengths(size: int, numbers: random.Random) -> list[int]:
    """Where to cut: every byte of the first 4 KiB, 200 places of the rest; the longest first."""
    head = min(size, 4096)
    rest = range(head, size)
    places = set(range(head)) | set(numbers.sample(rest, min(200, len(rest))))
    return sorted(places, reverse=True)


def flips(content: bytes, count: int, numbers: random.Random) -> Iterator[bytes]:
    """One to four wrong bits; half of them in the header, which is a small part of most files."""
    for number in range(count):
        damaged = bytearray(content)
        end = len(content) if number % 2 else min(len(content), 2000)
        for _ in range(1 + number % 4):
            damaged[numbers.randrange(end)] ^= 1 << numbers.randrange(8)
        yield bytes(damaged)


def extremes(content: bytes, count: int, numbers: random.Random) -> Iterator[bytes]:
    """An extreme number where anything may stand."""
    end = min(len(content), 4096) - 4
    for _ in range(count):
        damaged = bytearray(content)
        place = numbers.randrange(max(1, end)) & ~1
        damaged[place:place + 4] = numbers.choice(EXTREMES)
        yield bytes(damaged)


def targeted_dicom(content: bytes) -> Iterator[bytes]:
    """Every extreme as the length and as the value of what sizes are computed from."""
    for group, element in TARGETS:
        at = content.find(struct.pack("<HH", group, element), 132)
        if at < 0:
            continue
        for extreme in EXTREMES:
            for place, width in ((at + 4, 4), (at + 6, 2), (at + 8, 2), (at + 8, 4), (at + 12, 4)):
                damaged = bytearray(content)
                damaged[place:place + width] = extreme[:width]
                yield bytes(damaged)


def targeted_nifti(content: bytes) -> Iterator[bytes]:
    """Extremes in every count, offset and scale of a header."""
    is_second = content[:4] == struct.pack("<i", 540)
    if is_second:
        counts = [(16 + 8 * axis, "<q", [-1, 0, 1, 2**31, 2**62, 2**63 - 1, -(2**63)])
                  for axis in range(8)]
        offsets = [(168, "<q", [-1, 1, 2**40, 2**63 - 1])]
        types = [(12, "<h", range(-1, 3000, 61)), (14, "<h", [-1, 0, 1, 7, 32_767])]
        scales = [(176, 184), "<d"]
    else:
        counts = [(40 + 2 * axis, "<h", [-32_768, -1, 0, 1, 2, 32_767]) for axis in range(8)]
        offsets = [(108, "<f", [-1.0, 1.0, 1e30, float("inf"), float("nan"), 353.5])]
        types = [(70, "<h", range(-1, 3000, 61)), (72, "<h", [-1, 0, 1, 7, 32_767])]
        scales = [(112, 116), "<f"]
    values = [float("nan"), float("inf"), 0.0, 1e38, -1e38, 1e-45]
    places, form = scales
    wrong = counts + offsets + types + [(place, form, values) for place in places]
    wrong.append((0, "<i", [0, -1, 347, 349, 539, 541, 2**31 - 1]))
    for place, form, numbers in wrong:
        for number in numbers:
            damaged = bytearray(content)
            struct.pack_into(form, damaged, place, number)
            yield bytes(damaged)
    # All axes at once: the product overflows though each factor is allowed.
    damaged = bytearray(content)
    for place, form, numbers in counts[1:]:
        struct.pack_into(form, damaged, place, numbers[-1] if not is_second else 2**40)
    struct.pack_into(counts[0][1], damaged, counts[0][0], 7)
    yield bytes(damaged)
