"""Reads and writes NIfTI-1, as far as the measurements need it, so that no peer has to be there."""
import gzip
import struct

import numpy

TYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4"}


def write(path, values, spacing=(1.0, 1.0, 1.0)):
    """Writes up to four axes, x first, as float32."""
    values = numpy.asarray(values, numpy.float32)
    shape = values.shape + (1,) * (7 - values.ndim)
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, max(values.ndim, 3), *shape)
    struct.pack_into("<2h", header, 70, 16, 32)
    struct.pack_into("<8f", header, 76, 1, *spacing, 1, 1, 1, 1)
    struct.pack_into("<f", header, 108, 352)
    header[123] = 2  # millimetre
    struct.pack_into("<2h", header, 252, 0, 1)
    for axis in range(3):
        struct.pack_into("<f", header, 280 + 20 * axis, spacing[axis])
    header[344:348] = b"n+1\0"
    with open(path, "wb") as file:
        file.write(header)
        file.write(values.ravel(order="F").tobytes())


def read(path):
    """Reads a single little-endian file as float32, x first."""
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rb") as file:
        content = file.read()
    count, *shape = struct.unpack_from("<8h", content, 40)
    kind = numpy.dtype("<" + TYPES[struct.unpack_from("<h", content, 70)[0]])
    start = int(struct.unpack_from("<f", content, 108)[0])
    slope, intercept = struct.unpack_from("<2f", content, 112)
    shape = shape[:count]
    values = numpy.frombuffer(content, kind, int(numpy.prod(shape)), start)
    values = values.astype(numpy.float32).reshape(shape, order="F")
    if slope not in (0, 1) or intercept:
        values = values * (slope or 1) + intercept
    return values
