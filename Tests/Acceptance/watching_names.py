"""Every odd name, kind and permission of what may lie in a folder."""

import os
import socket
import stat
import subprocess
import time

from place import DATA, Place, Skip, needs_command, needs_root, nifti, sha256


def names(place: Place) -> None:
    """names with newlines, bytes that are no text, 255 bytes, emoji, dashes, only spaces"""
    place.start()
    odd = [
        b"new\nline.nii", b"\xff\xfe\x80.nii", b"-rf.nii", b"--help.nii", b"   .nii", b" .nii",
        "\U0001f9e0\U0001f468\u200d\U0001f469.nii".encode(), b"a" * 251 + b".nii",
        b"\xe4" * 251 + b".nii", b"Case.nii", b"case.nii", "e\u0301.nii".encode(),
        "\u00e9.nii".encode(), b"%41.nii", b"a%00b.nii", b"back\\slash.nii", b"quote'\".nii",
        b"$(touch x).nii", b"tab\t\x01\x7f.nii", b"..a/x.nii", b"a../x.nii", b"folder.nii/x.nii",
        b"\xc3\x28/\xa0\xa1.nii", b"CON.nii", b"*.nii", b"?.nii",
    ]
    contents = []
    for index, name in enumerate(odd):
        if name.startswith(b"..a/"):
            # A folder with a dot in front is ignored like any other.
            place.drop(name, nifti(400 + index))
        else:
            contents.append(place.drop(name, nifti(400 + index)))
    place.expect(*contents)
    assert os.listdir(place.inbox / "..a") == ["x.nii"]


def pairs(place: Place) -> None:
    """pairs of header and voxels whose names are no text, or very long, with their sidecars"""
    place.start()
    contents = []
    for index, stem in enumerate((b"M\xe4r\xfc", b"l" * 250, b"\xe4" * 250)):
        volume = nifti(440 + index)
        header = bytearray(volume[:352])
        header[344:348] = b"ni1\0"
        contents.append(place.drop(stem + b".hdr", bytes(header[:348])))
        contents.append(place.drop(stem + b".img", b"\0" * 352 + volume[352:]))
        contents.append(place.drop(stem + b".json", b'{"EchoTime": %d}' % index))
    place.expect(*contents)
    assert len(list(place.outbox.iterdir())) == 3


def by_hand(place: Place) -> None:
    """`restorad restore` of files whose names are no text, and of a pair of them"""
    volume = nifti(450)
    header = bytearray(volume[:352])
    header[344:348] = b"ni1\0"
    place.drop(b"\xff.nii", nifti(451))
    place.drop(b"\xfe.hdr", bytes(header[:348]))
    place.drop(b"\xfe.img", b"\0" * 352 + volume[352:])
    folder = os.fsencode(place.inbox)
    done = subprocess.run(
        [place.binary, "restore", folder + b"/\xff.nii", folder + b"/\xfe.hdr", "--outbox",
         place.outbox, "--recipe", "keep", "--config", place.root / "restorad.yaml"],
        capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(place.published()) == 3, place.published()


def specials(place: Place) -> None:
    """pipes, sockets, devices and links: told of once, never opened, and in nobody's way"""
    place.start()
    os.mkfifo(place.inbox / "pipe.nii")
    with socket.socket(socket.AF_UNIX) as server:
        short = f"/tmp/restorad-{os.getpid()}.sock"
        server.bind(short)
        os.rename(short, place.inbox / "socket.nii")
    (place.inbox / "inside.nii").symlink_to("scan.nii")
    (place.inbox / "outside.nii").symlink_to("/etc/hostname")
    (place.inbox / "dangling.nii").symlink_to("nowhere")
    (place.inbox / "loop").symlink_to(".")
    count = 6
    if os.geteuid() == 0:
        try:
            os.mknod(place.inbox / "zero.nii", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
            count += 1
        except OSError:
            pass
    place.expect(place.drop("scan.nii", nifti(460)))
    time.sleep(1)
    told = [event["name"] for event in place.events("file.ignored")]
    assert len(told) == len(set(told)) == count, told


def permissions(place: Place) -> None:
    """files and folders that may not be read wait, told of once, until they may be"""
    needs_root()
    needs_command("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "true")
    for folder in (place.root, place.inbox, place.outbox):
        os.chown(folder, 65534, 65534)
    if subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", place.binary, "--version"],
        capture_output=True, check=False,
    ).returncode != 0:
        raise Skip("the program lies where other users cannot start it")
    place.configure(settle="{ file: 300ms, series: 600ms, longest: 1s }")
    closed, hidden, stuck = nifti(470), nifti(471), nifti(472)
    place.drop("closed.nii", closed)
    place.drop("hidden/a.nii", hidden)
    place.drop("stuck/a.nii", stuck)
    os.chmod(place.inbox / "closed.nii", 0o600)
    os.chmod(place.inbox / "hidden", 0o700)
    place.start("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    free = place.drop("free.nii", nifti(473))
    place.expect(free)
    # Longer than anything is waited for.
    time.sleep(2)
    told = sorted(event["name"] for event in place.events("file.ignored"))
    assert told == ["closed.nii", "hidden", "stuck"], told
    assert all("chmod g+" in event["msg"] for event in place.events("file.ignored"))
    os.chmod(place.inbox / "closed.nii", 0o644)
    os.chmod(place.inbox / "hidden", 0o777)
    os.chmod(place.inbox / "stuck", 0o777)
    place.expect(free, closed, hidden, stuck)


def deep(place: Place) -> None:
    """40 levels of folders, and paths that are longer than the system takes"""
    place.start()
    content = place.drop("level/" * 40 + "scan.nii", nifti(480))
    here = os.open(place.inbox, os.O_RDONLY)
    for level in range(30):
        os.mkdir("x" * 200, dir_fd=here)
        below = os.open("x" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
        if level in (12, 25):
            file = os.open("scan.nii", os.O_WRONLY | os.O_CREAT, dir_fd=here)
            os.write(file, nifti(481 + level))
            os.close(file)
    os.close(here)
    # 13 levels of 200 bytes still fit; 26 do not, and are told of once.
    place.expect(content, nifti(481 + 12))
    time.sleep(1)
    assert len(place.events("file.ignored")) == 1
    assert "too long" in place.events("file.ignored")[0]["msg"]


def hard_links(place: Place) -> None:
    """two names of one file in an inbox, and one outside that is written to afterwards"""
    place.start()
    content = nifti(490)
    outside = place.root / "outside.nii"
    outside.write_bytes(content)
    os.link(outside, place.inbox / "linked.nii")
    place.expect(content)
    with open(outside, "r+b") as file:
        file.write(b"scribble")
    assert place.kept("archive") == [sha256(content)], "the archive was written to from outside"
    # Both names are of one series: a claim that never ends would be easy to make.
    data = place.root / "mr.dcm"
    data.write_bytes((DATA / "dicom/MR_small.dcm").read_bytes())
    (place.inbox / "pair").mkdir()
    os.link(data, place.inbox / "pair/a.dcm")
    os.link(data, place.inbox / "pair/b.dcm")
    data.unlink()
    place.wait(lambda: not list((place.inbox / "pair").iterdir()), "both names are taken")
    place.wait(lambda: len(place.kept("archive")) == 3, "both are in the archive")


def empty(place: Place) -> None:
    """an empty file is waited for, and set aside with its reason; one that vanishes is nothing"""
    place.configure(settle="{ file: 300ms, series: 600ms, longest: 2s }")
    place.start()
    place.drop("empty.nii", b"")
    for index in range(20):
        place.drop("brief.nii", nifti(500 + index))
        time.sleep(0.05 * (index % 8))
        try:
            (place.inbox / "brief.nii").unlink()
        except FileNotFoundError:
            pass
    place.wait(lambda: place.kept("quarantine"), "the empty one is set aside")
    assert place.kept("quarantine") == [sha256(b"")], place.reasons()


SCENARIOS = [names, pairs, by_hand, specials, permissions, deep, hard_links, empty]
