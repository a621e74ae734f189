"""Writes the expected values of the N4 tests.

Pinned: SimpleITK 2.5.7, numpy 2.x. Run from anywhere: `python Tests/Oracles/n4.py`.
The volume is made by the same formula in `N4Phantom.swift`, so only the log fields are stored:
every STEP-th voxel of the field as float32, little-endian, one file a case.
"""

import pathlib

import numpy as np
import SimpleITK as sitk

FOLDER = pathlib.Path(__file__).parent / "N4Expected"
STEP = 29


def hash_noise(count):
    """A cheap noise that both sides compute alike: integer hash to -1...1, exact in float32."""
    i = np.arange(count, dtype=np.uint32)
    i = (i ^ np.uint32(61)) ^ (i >> np.uint32(16))
    i = i * np.uint32(9)
    i = i ^ (i >> np.uint32(4))
    i = i * np.uint32(0x27D4EB2D)
    i = i ^ (i >> np.uint32(15))
    return ((i >> np.uint32(8)).astype(np.float64) / 2**23 - 1).astype(np.float32)


def phantom(shape):
    """Three shells under a polynomial shading, with noise; zero outside."""
    nz, ny, nx = shape
    axis = lambda n: np.arange(n) * 2.0 / max(n - 1, 1) - (1.0 if n > 1 else 0.0)
    z, y, x = np.meshgrid(axis(nz), axis(ny), axis(nx), indexing="ij")
    r2 = x * x + y * y + z * z
    truth = np.where(r2 < 0.16, 60.0, np.where(r2 < 0.49, 150.0, np.where(r2 < 0.81, 100.0, 0.0)))
    shading = 1 + 0.3 * x + 0.2 * y * y - 0.15 * z * x
    noise = hash_noise(truth.size).reshape(truth.shape).astype(np.float64) * 4
    volume = np.where(truth > 0, truth * shading + noise, 0).astype(np.float32)
    return volume, (truth > 0).astype(np.uint8)


def log_field(volume, mask, iterations, shrink=1, threshold=0.0, points=4, order=3):
    image = sitk.GetImageFromArray(volume)
    label = sitk.GetImageFromArray(mask)
    n4 = sitk.N4BiasFieldCorrectionImageFilter()
    n4.SetMaximumNumberOfIterations(iterations)
    n4.SetConvergenceThreshold(threshold)
    n4.SetNumberOfControlPoints([points] * volume.ndim if isinstance(points, int) else points)
    n4.SetSplineOrder(order)
    n4.SetNumberOfThreads(1)
    small = [sitk.Shrink(i, [shrink] * volume.ndim) for i in (image, label)]
    n4.Execute(*small)
    print("  elapsed", n4.GetElapsedIterations(), "cv", n4.GetCurrentConvergenceMeasurement())
    return sitk.GetArrayFromImage(n4.GetLogBiasFieldAsImage(image)).astype("<f4")


def log_field_at_distance(volume, mask, spacing, distance, iterations):
    """ANTs' spline distance: zero padding until whole spans cover the volume, then cropping."""
    lower, upper, points = [], [], []
    for count, step in zip(volume.shape[::-1], spacing):
        extent = (count - 1) * step
        spans = int(np.ceil(extent / distance))
        extra = int((spans * distance - extent) / step + 0.5)
        lower.append(extra // 2)
        upper.append(extra - extra // 2)
        points.append(spans + 3)
    pad = [(a, b) for a, b in zip(lower[::-1], upper[::-1])]
    field = log_field(np.pad(volume, pad), np.pad(mask, pad), iterations, points=points)
    return field[tuple(slice(a, a + n) for a, n in zip(lower[::-1], volume.shape))].copy()


def store(name, field):
    print(name, field.shape, field.min(), field.max())
    field.ravel()[::STEP].tofile(FOLDER / f"{name}.bin")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    volume, mask = phantom((20, 28, 32))
    store("levels", log_field(volume, mask, [10, 10, 10]))
    store("converged", log_field(volume, mask, [50, 50, 50, 50], threshold=0.001))
    store("order1", log_field(volume, mask, [6, 6], points=3, order=1))
    store("order2", log_field(volume, mask, [6, 6], order=2))
    store("distance", log_field_at_distance(volume, mask, (3, 3, 4), 40, [8, 8]))
    volume, mask = phantom((41, 50, 47))
    store("shrink3", log_field(volume, mask, [10, 10, 10], shrink=3))
    plane, planar = phantom((1, 60, 70))
    store("planar", log_field(plane[0], planar[0], [10, 10, 10]))
