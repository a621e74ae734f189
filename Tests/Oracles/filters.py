"""Writes what SciPy and the bilateral definition make of small volumes: expected/filters.json.

Pinned: numpy 2.4.6, scipy 1.17.1. The volume is made of integers, so that the tests can make the
same one; every 23rd voxel is kept.
"""
import json
import pathlib

import numpy as np
import scipy.ndimage as nd

SHAPE = (9, 13, 19)  # z, y, x


def volume():
    z, y, x = np.mgrid[tuple(slice(n) for n in SHAPE)].astype(np.uint64)
    hashed = (x * 73856093 ^ y * 19349663 ^ z * 83492791) * 2654435761 % 2**32
    return (hashed >> 16).astype(np.float32) % 1000


def bilateral(v, sigma, range_sigma, radius, depth):
    v = v.astype(float)
    padded = np.pad(v, ((depth, depth), (radius, radius), (radius, radius)), mode="symmetric")
    num, den = np.zeros_like(v), np.zeros_like(v)
    for k in np.ndindex(2 * depth + 1, 2 * radius + 1, 2 * radius + 1):
        q = padded[tuple(slice(o, o + n) for o, n in zip(k, v.shape))]
        r2 = (k[0] - depth) ** 2 + (k[1] - radius) ** 2 + (k[2] - radius) ** 2
        w = np.exp(-r2 / (2 * sigma**2) - (q - v) ** 2 / (2 * range_sigma**2))
        num += w * q
        den += w
    return num / den


v = volume()
out = {
    "gaussian_3d": nd.gaussian_filter(v, 1.7),
    "gaussian_2d": nd.gaussian_filter(v, (0, 2.5, 2.5)),
    "median_2d_1": nd.median_filter(v, size=(1, 3, 3), mode="reflect"),
    "median_3d_1": nd.median_filter(v, size=3, mode="reflect"),
    "median_2d_2": nd.median_filter(v, size=(1, 5, 5), mode="reflect"),
    "median_3d_2": nd.median_filter(v, size=5, mode="reflect"),
    "median_2d_5": nd.median_filter(v, size=(1, 11, 11), mode="reflect"),
    "median_3d_5": nd.median_filter(v, size=11, mode="reflect"),
    "bilateral_2d": bilateral(v, 1.5, 300, 3, 0),
    "bilateral_3d": bilateral(v, 1.2, 200, 2, 2),
}
path = pathlib.Path(__file__).parent / "expected" / "filters.json"
path.parent.mkdir(exist_ok=True)
path.write_text(
    json.dumps({k: [round(float(x), 4) for x in a.ravel()[::23]] for k, a in out.items()}) + "\n")
