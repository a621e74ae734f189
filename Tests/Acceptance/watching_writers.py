"""Never too early: writers of every kind, on files whose format shows the end."""

import os
import random
import time

from place import Place, nifti, sha256, zipped


def slow(place: Place) -> None:
    """a writer that pauses longer than files settle, and closes the file each time"""
    place.start()
    content = nifti(1)
    cuts = [0, 1, 100, 347, 352, 1000, len(content) - 1, len(content)]
    for start, end in zip(cuts, cuts[1:]):
        with open(place.inbox / "slow.nii", "ab") as file:
            file.write(content[start:end])
        time.sleep(0.8)
        if end < len(content):
            assert not place.published() and not (place.inbox / "slow.nii").stat().st_size > end
            assert (place.inbox / "slow.nii").exists(), "taken before its end"
    place.expect(content)


def byte_by_byte(place: Place) -> None:
    """a writer of a byte at a time, at half and at twice the time that files settle"""
    place.start()
    contents = [nifti(2, side=4), nifti(3, side=4)]
    for pause, content in zip((0.15, 0.6), contents):
        with open(place.inbox / f"slow-{pause}.nii", "wb", buffering=0) as file:
            file.write(content[:-8])
            for byte in content[-8:]:
                time.sleep(pause)
                file.write(bytes([byte]))
    place.expect(*contents)


def preallocated(place: Place) -> None:
    """a file that gets its final size first and its content later"""
    place.start()
    plain, room = nifti(4, side=32), nifti(5, side=32)
    with open(place.inbox / "truncated.nii", "wb") as file:
        file.write(plain[:4096])
        file.truncate(len(plain))
    with open(place.inbox / "room.nii", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, len(room))
        file.write(room[:4096])
    time.sleep(1.5)
    assert not place.published(), "taken while it was hollow"
    for name, content in (("truncated.nii", plain), ("room.nii", room)):
        with open(place.inbox / name, "r+b") as file:
            file.write(content)
    place.expect(plain, room)


def sparse(place: Place) -> None:
    """a sparse copy, which looks like a preallocated file, is taken long before `settle.longest`"""
    place.configure(settle="{ file: 300ms, series: 400ms, longest: 10m }")
    place.start()
    zeros = bytearray(nifti(8, side=32))
    zeros[65536:] = bytes(len(zeros) - 65536)
    with open(place.inbox / "sparse.nii", "wb") as file:
        file.write(zeros[:65536])
        file.truncate(len(zeros))
    place.expect(bytes(zeros))
    waits = place.events("file.waiting")
    assert sum("never written" in event["msg"] for event in waits) == 1, waits


def held_open(place: Place) -> None:
    """a file that looks whole while its writer still has it open"""
    place.start()
    first, second = nifti(6), nifti(7)
    with open(place.inbox / "held.nii", "wb", buffering=0) as file:
        file.write(first)
        time.sleep(1.5)
        assert (place.inbox / "held.nii").exists() and not place.published()
        file.seek(0)
        file.write(second)
    place.expect(second)


def writes_on(place: Place) -> None:
    """a writer that opens a file just when it is taken: never published torn"""
    place.start()
    whole = set()
    for seed in range(20, 26):
        content, other = nifti(seed), nifti(seed + 100)
        whole |= {content, other}
        place.drop("again.nii", content)
        try:
            with open(place.inbox / "again.nii", "r+b", buffering=0) as file:
                time.sleep(0.25 + 0.05 * (seed % 6))
                file.write(other[:1000])
                time.sleep(0.05)
                file.seek(0)
                file.write(other)
        except FileNotFoundError:
            pass
    time.sleep(2)
    assert set(place.published()) <= {sha256(content) for content in whole}, "torn"
    assert place.published(), "nothing came"


def old_times(place: Place) -> None:
    """copies with times of 1970, before it, and of years to come"""
    place.start()
    moments = [0, -86400 * 365, 1, 4_102_444_800, 10_500_000_000, 13_000_000_000]
    contents = []
    for index, moment in enumerate(moments):
        content = nifti(30 + index)
        with open(place.inbox / f"old-{index}.nii", "wb") as file:
            file.write(content[:2000])
            file.flush()
            os.utime(file.fileno(), (moment, moment))
            time.sleep(0.1)
            file.write(content[2000:])
        os.utime(place.inbox / f"old-{index}.nii", (moment, moment))
        contents.append(content)
    place.expect(*contents)


def rsync(place: Place) -> None:
    """rsync's temporary names, and a rename into the inbox"""
    place.start()
    content = zipped(nifti(40))
    partial = place.inbox / ".head.nii.gz.aB3dEf"
    partial.write_bytes(content[:500])
    time.sleep(1)
    assert partial.exists() and not place.kept("quarantine")
    with open(partial, "ab") as file:
        file.write(content[500:])
    partial.rename(place.inbox / "head.nii.gz")
    place.expect(content)


def rename_over(place: Place) -> None:
    """a file that is replaced again and again while it is looked at"""
    place.start()
    chance = random.Random(1)
    contents = [nifti(seed) for seed in range(50, 70)]
    for content in contents:
        (place.root / "next").write_bytes(content)
        (place.root / "next").rename(place.inbox / "head.nii")
        time.sleep(chance.uniform(0.05, 0.5))
    last = sha256(contents[-1])
    place.wait(lambda: last in place.published(), "the last one is published")
    assert set(place.published()) <= {sha256(content) for content in contents}
    assert not place.kept("quarantine")


def rewritten(place: Place) -> None:
    """a whole file that is cut to nothing and written anew"""
    place.start()
    for round_ in range(6):
        with open(place.inbox / "head.nii", "wb", buffering=0) as file:
            content = nifti(70 + round_)
            file.write(content[: len(content) // 2])
            time.sleep(0.2)
            file.write(content[len(content) // 2:])
        time.sleep(0.1)
    place.expect(content)


def growing_gzip(place: Place) -> None:
    """gzip that grows, in one member and in several, each valid by itself"""
    place.start()
    volume = nifti(80, side=16)
    members = [zipped(volume[:352]), zipped(volume[352:4000])]
    members += [zipped(volume[start:start + 4000]) for start in range(4000, len(volume), 4000)]
    other = zipped(nifti(81, side=16))
    step = -(-len(other) // len(members))
    for index, piece in enumerate(members):
        with open(place.inbox / "members.nii.gz", "ab") as file:
            file.write(piece)
        with open(place.inbox / "one.nii.gz", "ab") as file:
            file.write(other[index * step:(index + 1) * step])
        time.sleep(0.6)
    place.expect(b"".join(members), other)


def present(place: Place) -> None:
    """files that are there at the start, one of them unfinished"""
    ready, late = nifti(90), nifti(91)
    place.drop("ready.nii", ready)
    place.drop("late.nii", late[:700])
    place.start()
    place.wait(lambda: place.published(), "the ready one is published")
    time.sleep(0.5)
    with open(place.inbox / "late.nii", "ab") as file:
        file.write(late[700:])
    place.expect(ready, late)


def sidecar(place: Place) -> None:
    """a sidecar that comes while its volume is waited with, and one that comes too late"""
    place.configure(assume="{}", settle="{ file: 300ms, series: 2s, longest: 3s }")
    place.start()
    volume, note = nifti(95), b'{"Modality": "MR", "EchoTime": 0.03}'
    place.drop("head.nii", volume)
    time.sleep(1)
    place.drop("head.json", note)
    place.expect(volume, note)
    place.drop("head.json", b'{"Modality": "MR"}')
    place.wait(lambda: place.reasons(), "the late one is set aside")
    job = next(place.outbox.iterdir()).name
    assert job in place.reasons()[0], place.reasons()


SCENARIOS = [slow, byte_by_byte, preallocated, sparse, held_open, writes_on, old_times, rsync, rename_over,
             rewritten, growing_gzip, present, sidecar]
