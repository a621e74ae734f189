"""Writes what non-local means should make of a small volume: expected/nlm.json.

Pinned: numpy 2.4.6, scikit-image 0.26.0, dipy 1.12.1. The volume is made of integers, so that the
tests can make the same one. Only voxels whose windows lie inside the volume are kept: scikit-image
and DIPY let mirrored voxels beyond the border vote, we do not.

DIPY's own values are stored. scikit-image's fast mode sums over boxes that lack the first row,
column and plane of the patch (though it divides by the whole patch) and approximates the
exponential, so the plain definition below is stored; with such boxes it gives scikit-image's
values to 0.5 %, which is asserted here.
"""
import json
import pathlib

import numpy as np
from dipy.denoise.nlmeans import nlmeans
from skimage.restoration import denoise_nl_means

SIZE, SIGMA = 16, 12.0


def volume():
    z, y, x = np.mgrid[:SIZE, :SIZE, :SIZE].astype(np.uint64)
    hashed = (x * 73856093 ^ y * 19349663 ^ z * 83492791) * 2654435761 % 2**32
    steps = np.where(x + y > SIZE, 60.0, 0.0) + np.where(z > SIZE // 2, 40.0, 0.0)
    return 100.0 + steps + (hashed >> 16).astype(float) % 64 - 32


def inner(a, margin):
    cut = slice(margin, SIZE - margin)
    return a[tuple([cut] * a.ndim)].ravel()


def plain(v, patch, search, h, sigma, short=0):
    """The definition with weights cut at exp(-5); `short` leaves planes out of the box."""
    num, den = np.zeros_like(v), np.zeros_like(v)
    for t in np.ndindex(*[2 * search + 1] * v.ndim):
        shifted = np.roll(v, [search - k for k in t], range(v.ndim))
        e = (v - shifted) ** 2 - 2 * sigma**2
        for axis in range(v.ndim):
            e = sum(np.roll(e, k, axis) for k in range(-patch, patch + 1 - short))
        u = np.maximum(e / (2 * patch + 1) ** v.ndim, 0) / h**2
        w = np.where(u < 5, np.exp(-u), 0)
        num += w * shifted
        den += w
    return num / den


v, h = volume(), 0.8 * SIGMA
out = {
    "definition_3d": inner(plain(v, 1, 3, h, SIGMA), 6),
    "definition_2d": inner(plain(v[8], 2, 3, h, SIGMA), 5),
    "dipy_classic_rician": inner(
        nlmeans(v, sigma=SIGMA, patch_radius=1, block_radius=3, rician=True, method="classic", num_threads=1), 6),
}
for image, patch, margin in ((v, 1, 6), (v[8], 2, 5)):
    peer = denoise_nl_means(
        image, patch_size=2 * patch + 1, patch_distance=3, h=h, sigma=SIGMA, fast_mode=True)
    ours = plain(image, patch, 3, h, SIGMA, short=1)
    assert np.abs(inner(ours, margin) / inner(peer, margin) - 1).max() < 5e-3

path = pathlib.Path(__file__).parent / "expected" / "nlm.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps({k: [round(float(x), 4) for x in a] for k, a in out.items()}) + "\n")
