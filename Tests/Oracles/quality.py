"""Writes the expected values of the quality tests to `quality.json` beside this file.

Pinned: scikit-image 0.26, scipy 1.17, numpy 2.x. The volumes are made by the same formulas in
`Tests/QualityTests/QualityScene.swift`.
"""

import json
import pathlib

import numpy as np
from scipy import ndimage
from skimage.metrics import hausdorff_distance, peak_signal_noise_ratio, structural_similarity


def hash_noise(count, seed):
    """The integer hash of the N4 phantom, -1...1."""
    i = np.arange(count, dtype=np.uint32) + np.uint32(seed)
    i = (i ^ np.uint32(61)) ^ (i >> np.uint32(16))
    i = i * np.uint32(9)
    i = i ^ (i >> np.uint32(4))
    i = i * np.uint32(0x27D4EB2D)
    i = i ^ (i >> np.uint32(15))
    return (i >> np.uint32(8)).astype(np.float64) / 2**23 - 1


def scene(shape):
    z, y, x = np.indices(shape)
    steps = ((x // 7 + y // 5 + z // 3) % 4) * 100.0 - 50
    steps = steps.astype(np.float32)
    noise = (40 * hash_noise(steps.size, 1000)).reshape(shape).astype(np.float32)
    return steps, steps + noise


def similarity(a, b, gaussian, sample):
    options = {"gaussian_weights": True, "sigma": 1.5} if gaussian else {"win_size": 7}
    return structural_similarity(
        a.astype(np.float64), b.astype(np.float64), data_range=300, use_sample_covariance=sample,
        **options)


def slices(a, b, *options):
    return float(np.mean([similarity(u, v, *options) for u, v in zip(a, b)]))


def surface(mask):
    cross = ndimage.generate_binary_structure(mask.ndim, 1)
    return mask & ~ndimage.binary_erosion(mask, cross)


def surface_distances(a, b, spacing):
    sa, sb = surface(a), surface(b)
    da = ndimage.distance_transform_edt(~sb, spacing)[sa]
    db = ndimage.distance_transform_edt(~sa, spacing)[sb]
    return float(np.percentile(np.hstack([da, db]), 95))


def hausdorff(a, b, spacing):
    da = ndimage.distance_transform_edt(~b, spacing)[a].max()
    db = ndimage.distance_transform_edt(~a, spacing)[b].max()
    return float(max(da, db))


if __name__ == "__main__":
    a, b = scene((16, 33, 40))
    result = {
        "psnr": float(peak_signal_noise_ratio(a.astype(float), b.astype(float), data_range=300)),
        "mae": float(np.abs(b.astype(float) - a).mean()),
        "meanShift": float(b.astype(float).mean() - a.astype(float).mean()),
        "gaussianPlanarSample": slices(a, b, True, True),
        "gaussianPlanarWang": slices(a, b, True, False),
        "uniformPlanar": slices(a, b, False, True),
        "gaussianVolume": float(similarity(a, b, True, True)),
        "uniformVolume": float(similarity(a, b, False, True)),
    }
    counts, _ = np.histogram(b.astype(np.float64), bins=256)
    share = counts[counts > 0] / counts.sum()
    result["entropy"] = float(-(share * np.log2(share)).sum())
    result["contrast"] = float(b.astype(float).std() / (b.max() - b.min()))
    along = (b[:, 1:-1, 2:] - b[:, 1:-1, :-2]).astype(float)
    across = (b[:, 2:, 1:-1] - b[:, :-2, 1:-1]).astype(float)
    result["sharpness"] = float(np.sqrt(((along**2 + across**2) / 4).mean()) / b.astype(float).std())
    z, y, x = np.indices((12, 20, 24))
    m = (x - 9) ** 2 + (y - 9) ** 2 + 4 * (z - 5) ** 2 < 50
    n = (x - 12) ** 2 + (y - 10) ** 2 + 3 * (z - 6) ** 2 < 70
    n[1, 2, 20] = True
    spacing = (3.0, 0.7, 1.1)
    result["hausdorff"] = hausdorff(m, n, spacing)
    result["hausdorff95"] = surface_distances(m, n, spacing)
    result["hausdorffVoxels"] = float(hausdorff_distance(m, n))
    result["dice"] = float(2 * (m & n).sum() / (m.sum() + n.sum()))
    result["iou"] = float((m & n).sum() / (m | n).sum())
    path = pathlib.Path(__file__).parent / "quality.json"
    path.write_text(json.dumps(result, indent=2) + "\n")
