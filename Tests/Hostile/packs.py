"""Archives that are no good: bombs, evil names, and honest ones to be damaged."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

MEBIBYTE = 1 << 20


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar of members as they are, whatever they say."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def nested_quotes(count: int) -> bytes:
    """A zip whose members overlap: each begins in the one before, and all end with the same zeros.

    After D. Fifield, A better zip bomb, WOOT 2019: a stored block quotes the header that follows.
    """
    zeros = bytes(MEBIBYTE)
    deflater = zlib.compressobj(9, wbits=-15)
    data = deflater.compress(zeros) + deflater.flush()
    content, body, crc_of = zeros, data, zlib.crc32(zeros)
    members: list[tuple[bytes, bytes, int]] = []
    for number in reversed(range(count)):
        name = f"{number:06}".encode()
        common = struct.pack(
            "<HHHHHIIIHH", 20, 0, 8, 0, 33, crc_of, len(body), len(content), len(name), 0)
        local = struct.pack("<I", 0x04034B50) + common + name
        members.append((name, common, len(local) + len(body)))
        quote = struct.pack("<BHH", 0, len(local), len(local) ^ 0xFFFF)
        whole = local + body
        content, body = local + content, quote + local + body
        crc_of = zlib.crc32(content)
    size = len(whole)
    directory = b"".join(
        struct.pack("<IH", 0x02014B50, 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, size - length)
        + name for name, common, length in reversed(members))
    return whole + directory + struct.pack(
        "<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), size, 0)


def sparse(size: int) -> bytes:
    """A tar with a file of holes."""
    header = bytearray(tar((member("holes.nii", b"S"), b"")))
    header[386:386 + 24] = b"%011o\0%011o\0" % (size % 8**11, 0)
    # Larger than octal digits hold: binary, as GNU writes it.
    header[483:495] = b"\x80" + size.to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header[:512])
    return bytes(header)


def gzipped(*pieces: tuple[bytes, int]) -> bytes:
    """Gzip members, each so many times."""
    return b"".join(zlib.compress(content, 9, wbits=31) * count for content, count in pieces)


def all_packs(data: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of archives that are to be refused, one after the other."""
    scan = (data / "dicom" / "MR_small_implicit.dcm").read_bytes()
    head = member("zeros.nii").tobuf()
    zeros = bytes(MEBIBYTE)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("zeros.nii", "w", force_zip64=True) as stream:
            for _ in range(1100):
                stream.write(zeros)
    yield "zeros.zip", packed.getvalue()
    large = member("zeros.nii")
    large.size = 12_000 * MEBIBYTE
    yield "zeros.tgz", gzipped((large.tobuf(tarfile.GNU_FORMAT), 1), (zeros, 12_000))
    whole = tar((member("good.dcm"), scan))
    yield "after-the-end.tar.gz", gzipped((whole, 1), (zeros, 12_000))
    yield "quoted.zip", nested_quotes(1500)
    yield "sparse.tar", sparse(1 << 40)
    yield "many.tar", (head[:512]) * 150_000 + bytes(1024)
    yield "many.zip", zipped({f"{number}": b"" for number in range(100_001)})
    yield "long-name.tar", tar((member("n" * 5_000_000), b"x"), form=tarfile.PAX_FORMAT)
    yield "deep.tar", tar((member("d/" * 500 + "x"), b"x"), form=tarfile.PAX_FORMAT)
    yield "slip.zip", zipped({"good.dcm": scan, "../../slip.dcm": scan})
    yield "absolute.tar", tar((member("good.dcm"), scan), (member("/tmp/slip.dcm"), scan))
    yield "link.tar", tar(
        (member("out", tarfile.SYMTYPE, "/tmp"), b""), (member("out/slip.dcm"), scan))
    yield "hard-link.tar", tar((member("good.dcm"), scan), (member("h", tarfile.LNKTYPE, "/etc/passwd"), b""))
    yield "device.tar", tar((member("null", tarfile.CHRTYPE), b""))
    yield "pipe.tgz", gzipped((tar((member("pipe", tarfile.FIFOTYPE), b"")), 1))
    encrypted = bytearray(zipped({"secret.dcm": scan}))
    directory = encrypted.index(b"PK\x01\x02")
    encrypted[6] |= 1
    encrypted[directory + 8] |= 1
    yield "encrypted.zip", bytes(encrypted)


def honest(data: Path) -> dict[str, bytes]:
    """Archives to be cut and flipped."""
    names = ["dicom/MR_small_RLE.dcm", "nifti/example_nifti2.nii.gz"]
    contents = {name: (data / name).read_bytes() for name in names}
    plain = tar(*((member(name), content) for name, content in contents.items()))
    return {
        "visit.zip": zipped(contents), "visit.tar": plain, "visit.tar.gz": gzipped((plain, 1)),
    }
