"""Writes Tests/Oracles/wavelet.json.

Expected values of PyWavelets 1.9 and scikit-image 0.26 (numpy 2, double precision).
Run from the project's root: python Tests/Oracles/wavelet.py
"""

import json
import warnings

import numpy as np
import pywt
from skimage.restoration import denoise_wavelet

warnings.simplefilter("ignore")


def pattern(count):
    """Pseudo-random multiples of 1/1024 in [-0.5, 0.5), the same in the tests."""
    state, values = 1, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        values.append((state >> 16) % 1024 / 1024 - 0.5)
    return np.array(values)


def scene(shape):
    """A step, a ramp and noise; shape is (z, y, x)."""
    z, y, x = np.indices(shape)
    steps = np.where((x > shape[2] // 3) & (y > shape[1] // 2), 8.0, 1.0)
    return steps + x / 16 + z / 8 + pattern(np.prod(shape)).reshape(shape)


def project(values):
    values = np.asarray(values).ravel()
    return round(float(values @ pattern(values.size)), 8)


def decomposition(wavelet, mode, shape, levels):
    samples = pattern(np.prod(shape)).reshape(shape)
    active = [i for i in range(3) if shape[i] > 1]
    squeezed = samples.reshape([shape[i] for i in active])
    coefficients = pywt.wavedecn(squeezed, wavelet, mode=mode, level=levels)
    bands = 2 ** len(active)
    result = []
    for level in range(levels, 0, -1):
        details = coefficients[level]
        row = []
        for band in range(bands):
            # Bit 0 is the first axis (z), the highest bit x.
            key = "".join("d" if band >> i & 1 else "a" for i in range(len(active)))
            row.append(project(details[key]) if band else None)
        result.append(row)
    result[-1][0] = project(coefficients[0])
    return {"wavelet": wavelet, "mode": mode, "dimensions": list(shape[::-1]), "levels": levels,
            "projections": result}


def textbook(shape, wavelet, levels, shrinkage, mode="symmetric"):
    image = scene(shape)
    squeezed = image.squeeze()
    c = pywt.wavedecn(squeezed, wavelet, mode=mode, level=levels)
    finest = c[-1]["d" * squeezed.ndim]
    finest = finest[finest != 0]
    sigma = np.median(np.abs(finest)) / 0.6744897501960817
    threshold = sigma * np.sqrt(2 * np.log(squeezed.size))
    shrunk = [c[0]] + [
        {k: pywt.threshold(v, threshold, shrinkage) for k, v in level.items()} for level in c[1:]]
    result = pywt.waverecn(shrunk, wavelet, mode=mode)
    result = result[tuple(slice(n) for n in squeezed.shape)]
    return entry(image, result, wavelet, levels, "universal", shrinkage, mode, sigma)


def bayes(shape, wavelet, levels):
    image = scene(shape).squeeze()
    result = denoise_wavelet(image, wavelet=wavelet, mode="soft", wavelet_levels=levels,
                             method="BayesShrink", rescale_sigma=False)
    return entry(scene(shape), result, wavelet, levels, "bayes", "soft", "symmetric", None)


def entry(image, result, wavelet, levels, threshold, shrinkage, mode, sigma):
    return {"dimensions": list(image.shape[::-1]), "wavelet": wavelet, "levels": levels,
            "threshold": threshold, "shrinkage": shrinkage, "mode": mode, "sigma": sigma,
            "every31st": [round(float(v), 6) for v in result.ravel()[::31]],
            "projection": project(result)}


names = ["haar"]
names += [f"db{n}" for n in range(1, 21)] + [f"sym{n}" for n in range(2, 21)]
names += [f"coif{n}" for n in range(1, 6)] + pywt.wavelist("bior") + pywt.wavelist("rbio")
modes = ["symmetric", "periodization"]
decompositions = [decomposition(n, m, (1, 1, s), 2) for n in names for m in modes for s in (50, 61)]
for wavelet in ["haar", "db4", "bior2.4", "coif3"]:
    for mode in modes:
        for shape, levels in [((1, 23, 37), 3), ((1, 32, 16), 2), ((9, 14, 21), 2), ((16, 8, 12), 1)]:
            decompositions.append(decomposition(wavelet, mode, shape, levels))
shrinkages = [
    textbook((1, 40, 48), "db4", 3, "soft"),
    textbook((1, 33, 41), "sym4", 2, "hard"),
    textbook((1, 33, 41), "db2", 2, "garrote", "periodization"),
    textbook((17, 18, 20), "db4", 3, "soft"),
    bayes((1, 42, 46), "db1", 2),
    bayes((1, 37, 43), "sym8", 3),
    bayes((16, 18, 21), "db2", 2),
]
with open("Tests/Oracles/wavelet.json", "w") as out:
    json.dump({"decompositions": decompositions, "shrinkages": shrinkages}, out, separators=(",", ":"))
