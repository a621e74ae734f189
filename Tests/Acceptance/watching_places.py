"""Never missed: events that fail, folders that come and go, many files at once."""

import os
import signal
import subprocess
import time

from place import Place, Skip, needs_command, needs_root, nifti


def burst(place: Place) -> None:
    """thousands of files in one breath, most of them unfinished: all scans taken, little work left"""
    place.start()
    whole = [nifti(200 + index, side=2) for index in range(100)]
    for index in range(4000):
        place.drop(f"part/{index % 40}/{index}.nii", b"\x5c\x01\0\0")
    for index, content in enumerate(whole):
        place.drop(f"whole/{index % 10}/{index}.nii", content)
    place.expect(*whole, seconds=120)
    assert len(list((place.inbox / "part").rglob("*.nii"))) == 4000, "one was taken too early"


def overflow(place: Place) -> None:
    """an event queue that overflowed"""
    place.configure(poll="1h")
    place.start()
    place.process.send_signal(signal.SIGSTOP)
    for index in range(9000):
        # Each makes two events or more; the queue holds 16,384.
        place.drop(f"{index}.tmp", b"")
    content = place.drop("last.nii", nifti(300))
    place.process.send_signal(signal.SIGCONT)
    place.expect(content)
    place.wait(lambda: place.events("watch.overflow"), "the overflow is told of")


def polled(place: Place) -> None:
    """an inbox without events"""
    place.configure(watch="poll")
    place.start()
    place.expect(place.drop("a/b/one.nii", nifti(310)))
    assert "polled" in place.events("inbox.watching")[0]["msg"]


def watch_limit(place: Place, limit: str, sysctl: str) -> None:
    """no watch left: the message names the limit to raise, and polling goes on"""
    needs_command("unshare", "-U", "-r", "true")
    script = f"echo 0 > /proc/sys/user/{limit} && exec \"$@\""
    place.start("unshare", "-U", "-r", "sh", "-c", script, "sh")
    place.expect(place.drop("one.nii", nifti(320)))
    told = place.events("watch.overflow")
    assert len(told) == 1 and sysctl in told[0]["msg"], told


def watches(place: Place) -> None:
    """no watch left: the message names the sysctl, and polling goes on"""
    watch_limit(place, "max_inotify_watches", "fs.inotify.max_user_watches")


def instances(place: Place) -> None:
    """no instance of inotify left: the same"""
    watch_limit(place, "max_inotify_instances", "fs.inotify.max_user_instances")


def subfolders(place: Place) -> None:
    """folders made and filled in one breath, moved in, moved out and moved within"""
    place.configure(poll="1h")
    place.start()
    contents = []
    for index in range(12):
        content = nifti(330 + index)
        place.drop(f"{index}/" * (index + 1) + "scan.nii", content)
        contents.append(content)
    aside = place.root / "aside" / "deep"
    aside.mkdir(parents=True)
    contents.append(nifti(350))
    (aside / "moved.nii").write_bytes(contents[-1])
    aside.parent.rename(place.inbox / "moved in")
    place.drop("leaves/half.nii", nifti(351)[:400])
    place.drop("within/half.nii", nifti(352)[:400])
    time.sleep(1)
    (place.inbox / "leaves").rename(place.root / "left")
    (place.inbox / "within").rename(place.inbox / "elsewhere")
    with open(place.inbox / "elsewhere/half.nii", "ab") as file:
        file.write(nifti(352)[400:])
    place.expect(*contents, nifti(352))
    assert (place.root / "left/half.nii").exists()


def renamed_away(place: Place) -> None:
    """an inbox that is renamed away and comes back, and one that is made anew"""
    place.start()
    half, content = nifti(360), nifti(361)
    place.drop("half.nii", half[:500])
    time.sleep(0.6)
    place.inbox.rename(place.root / "away")
    place.wait(lambda: place.events("inbox.unavailable"), "its absence is told of")
    with open(place.root / "away/half.nii", "ab") as file:
        file.write(half[500:])
    (place.root / "away").rename(place.inbox)
    place.expect(half)
    place.inbox.rename(place.root / "gone")
    place.wait(lambda: len(place.events("inbox.unavailable")) == 2, "its absence is told of")
    place.inbox.mkdir()
    place.drop("sub/new.nii", content)
    place.expect(half, content)


def unmounted(place: Place) -> None:
    """a share that is unmounted, leaves an empty folder, and is mounted again"""
    needs_root()
    needs_command("unshare", "-m", "true")
    share = place.root / "share"
    share.mkdir()
    script = 'mount -t tmpfs none share && mount --bind share inbox && exec "$@"'
    place.start("unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh")

    def inside(script: str) -> None:
        subprocess.run(
            ["nsenter", "-m", "-t", str(place.process.pid), "sh", "-c", script],
            check=True, cwd=place.root, capture_output=True)

    half, content = nifti(370), nifti(371)
    (place.root / "half").write_bytes(half[:500])
    (place.root / "rest").write_bytes(half[500:])
    (place.root / "whole").write_bytes(content)
    inside(f"cd {place.root} && cp half share/half.nii")
    time.sleep(0.8)
    inside(f"umount {place.inbox}")
    place.wait(lambda: place.events("inbox.unavailable"), "its absence is told of")
    inside(f"cd {place.root} && cat rest >> share/half.nii && cp whole share/whole.nii")
    inside(f"cd {place.root} && mount --bind share inbox")
    place.expect(half, content)
    assert not list(place.inbox.iterdir()), "something was hidden under the mount point"


def fuse(place: Place) -> None:
    """a FUSE folder is polled by itself, and takes what was written behind its back"""
    needs_root()
    needs_command("bindfs", "--version")
    behind = place.root / "behind"
    behind.mkdir()
    done = subprocess.run(["bindfs", behind, place.inbox], capture_output=True, check=False)
    if done.returncode != 0:
        raise Skip("bindfs cannot mount here")
    try:
        place.start()
        assert "FUSE" in place.events("inbox.watching")[0]["msg"]
        content = nifti(380)
        (behind / "one.nii").write_bytes(content)
        place.expect(content)
    finally:
        subprocess.run(["umount", "-l", place.inbox], capture_output=True, check=False)


SCENARIOS = [burst, overflow, polled, watches, instances, subfolders, renamed_away, unmounted, fuse]
