"""Every step gives the same bits in both builds: that for AVX2 and that for AVX-512.

    levels.py KERNELBENCH KERNELBENCH-FOR-AVX-512

Workers run in the best build that the machine has, so a result must not tell which one it was. The
phantoms have odd sizes, for lanes are of eight in the one build and of sixteen in the other.
"""
import array
import json
import math
import os
import random
import struct
import subprocess
import sys
import tempfile

NEEDED = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}
FLOAT32 = 16


def is_able():
    """Whether this machine can run the build for AVX-512."""
    try:
        with open("/proc/cpuinfo") as file:
            return any(NEEDED <= set(line.split()) for line in file if line.startswith("flags"))
    except OSError:
        return False


def write(path, shape, value):
    """A NIfTI-1 file of float32 with voxels of 1 mm, each the value of its place."""
    shape = shape + (1,) * (4 - len(shape))
    axes = 4 if shape[3] > 1 else 3
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, axes, *shape, 1, 1, 1)
    struct.pack_into("<2h", header, 70, FLOAT32, 32)
    struct.pack_into("<8f", header, 76, *[1] * 8)
    struct.pack_into("<3f", header, 108, 352, 1, 0)
    header[123] = 2
    header[344:348] = b"n+1\0"
    voxels = array.array("f", (
        value(x, y, z, t) for t in range(shape[3]) for z in range(shape[2])
        for y in range(shape[1]) for x in range(shape[0])))
    if sys.byteorder == "big":
        voxels.byteswap()
    with open(path, "wb") as file:
        file.write(header)
        voxels.tofile(file)


def head(shape, noise, seed):
    """An ellipsoid with two tissues in shaded air, with Rician noise."""
    chance = random.Random(seed)

    def value(x, y, z, t):
        u, v, w = ((2 * i + 1) / n - 1 for i, n in zip((x, y, z), shape))
        radius = math.sqrt(u * u + v * v + (w * w if shape[2] > 1 else 0))
        tissue = 0 if radius > 0.85 else 90 if math.sin(9 * u) * math.cos(7 * v) > 0.2 else 140
        clean = tissue * (1 + 0.3 * u - 0.2 * v) * math.exp(-0.1 * t)
        return math.hypot(clean + chance.gauss(0, noise), chance.gauss(0, noise))

    return value


def pelvis(shape, seed):
    """Tissue and bone of a CT slice with two pieces of metal and streaks between them, in HU."""
    chance = random.Random(seed)

    def value(x, y, z, t):
        u, v = ((2 * i + 1) / n - 1 for i, n in zip((x, y), shape))
        if math.hypot(u, 1.3 * v) > 0.9:
            return -1000
        if min(math.hypot(u - 0.4, v), math.hypot(u + 0.4, v)) < 0.07:
            return 6000
        bone = 700 if min(math.hypot(u - 0.4, v), math.hypot(u + 0.4, v)) < 0.2 else 40
        return bone + 150 * math.exp(-40 * v * v) * math.sin(30 * u) + chance.gauss(0, 15)

    return value


def holes(value):
    """The same with voxels that have no meaning."""
    def torn(x, y, z, t):
        hole = (x - 20)**2 + (y - 15)**2 + (z - 9)**2 < 30 or x * y * z % 997 == 1
        return math.nan if hole else value(x, y, z, t)

    return torn


def whole(value):
    """The same in whole numbers."""
    return lambda x, y, z, t: round(value(x, y, z, t))


def phantoms(folder):
    """Paths of the inputs by name."""
    made = {
        "film": ((263, 259, 1), whole(head((263, 259, 1), 6, 5))),
        "torn": ((45, 31, 18), holes(head((45, 31, 18), 5, 6))),
        "volume": ((61, 47, 29), head((61, 47, 29), 5, 1)),
        "slice": ((203, 171, 1), head((203, 171, 1), 5, 2)),
        "series": ((22, 21, 6, 18), head((22, 21, 6), 4, 3)),
        "metal": ((193, 187, 2), pelvis((193, 187, 2), 4)),
    }
    paths = {}
    for name, (shape, value) in made.items():
        paths[name] = os.path.join(folder, name + ".nii")
        write(paths[name], shape, value)
    return paths


# Step, input, modality, parameters.
CASES = [
    ("n4", "volume", "MR", {}),
    ("n4", "volume", "MR", {"start": "none", "shrink": 2, "iterations": [10, 10],
                            "exact_geometry": False}),
    ("nlm", "volume", "MR", {}),
    ("nlm", "volume", "MR", {"variant": "classic", "patch": 1, "search": 3}),
    ("nlm", "volume", "CT", {}),
    ("nlm", "volume", "MR", {"variant": "plain", "noise": "gaussian"}),
    ("nlm", "slice", "MR", {"dimensions": 2}),
    ("nlm", "slice", "XA", {"patch": 3, "search": 10}),
    ("nlm", "slice", "US", {}),
    ("wavelet", "volume", "MR", {}),
    ("wavelet", "slice", "MR", {}),
    ("wavelet", "slice", "DX", {}),
    ("wavelet", "volume", "MR", {"wavelet": "db4", "undecimated": False}),
    ("wavelet", "volume", "MR", {"wavelet": "sym4", "threshold": "bayes"}),
    ("gaussian", "volume", "MR", {}),
    ("gaussian", "volume", "MR", {"sigma": 3.7}),
    ("gaussian", "slice", "MR", {"sigma": 2}),
    ("median", "volume", "MR", {}),
    ("median", "slice", "MR", {"radius": 2}),
    ("bilateral", "volume", "MR", {}),
    ("bilateral", "slice", "MR", {}),
    ("clahe", "slice", "DX", {}),
    ("clahe", "film", "DX", {"mode": "opencv"}),
    ("mar", "metal", "CT", {}),
    ("mar", "metal", "CT", {"method": "li"}),
    ("gibbs", "volume", "MR", {}),
    ("mppca", "series", "MR", {}),
    ("speckle", "slice", "US", {}),
    ("rings", "metal", "CT", {}),
    ("gridlines", "film", "DX", {}),
    ("motion", "slice", "MR", {}),
    ("resample", "volume", "MR", {"spacing": 0.8}),
    ("n4", "torn", "MR", {}),
    ("nlm", "torn", "MR", {}),
    ("nlm", "torn", "CT", {}),
    ("wavelet", "torn", "MR", {}),
    ("gaussian", "torn", "MR", {}),
    ("median", "torn", "MR", {}),
    ("bilateral", "torn", "MR", {}),
]


def result(program, step, path, modality, parameters, output):
    """The bytes of a step's result and its figures; raises with what the program said."""
    command = [program, "step", step, path, "--modality", modality, "--runs", "1",
               "--parameters", json.dumps(parameters), "--output", output]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or f"ended with {done.returncode}")
    with open(output, "rb") as file:
        return file.read(), json.loads(done.stdout.splitlines()[-1])["figures"]


def differing(first, second):
    """How many values differ."""
    a, b = memoryview(first).cast("I"), memoryview(second).cast("I")
    return sum(x != y for x, y in zip(a, b)) if len(a) == len(b) else max(len(a), len(b))


def main():
    plain, wide = sys.argv[1:3]
    if not is_able():
        print("levels: this machine has no AVX-512: its build is not compared")
        return 0
    if not os.path.exists(wide):
        print(f"levels: {wide} is missing")
        return 1
    failed = 0
    with tempfile.TemporaryDirectory(prefix="restorad-levels-") as folder:
        paths = phantoms(folder)
        for step, name, modality, parameters in CASES:
            title = f"{step} of a {name}, {modality} {json.dumps(parameters)}"
            try:
                (one, figures), (other, same) = (
                    result(program, step, paths[name], modality, parameters,
                           os.path.join(folder, "result"))
                    for program in (plain, wide))
                many = differing(one, other)
                if many or figures != same:
                    failed += 1
                    print(f"levels: {title}: {many} of {len(one) // 4} values differ; figures "
                          f"{'are the same' if figures == same else f'{figures}, {same}'}")
            except RuntimeError as error:
                failed += 1
                print(f"levels: {title}: {error}")
    print(f"levels: {len(CASES)} cases, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
