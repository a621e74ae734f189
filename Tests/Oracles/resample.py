"""Writes Tests/Oracles/resample.json: SimpleITK 2.5.7's ResampleImageFilter on the same grids.

Run from the project's root: python Tests/Oracles/resample.py
"""

import json

import numpy as np
import SimpleITK as sitk


def pattern(count):
    """Pseudo-random multiples of 1/1024 in [-0.5, 0.5), the same in the tests."""
    state, values = 1, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        values.append((state >> 16) % 1024 / 1024 - 0.5)
    return np.array(values, np.float32)


def case(dimensions, spacing, wanted, name, interpolator):
    image = sitk.GetImageFromArray(pattern(int(np.prod(dimensions))).reshape(dimensions[::-1]))
    image.SetSpacing(spacing)
    counts = [max(1, int(np.floor(n * s / w + 0.5))) for n, s, w in zip(dimensions, spacing, wanted)]
    origin = [((n - 1) * s - (m - 1) * w) / 2
              for n, s, m, w in zip(dimensions, spacing, counts, wanted)]
    result = sitk.Resample(image, counts, sitk.Transform(), interpolator, origin, wanted,
                           [1, 0, 0, 0, 1, 0, 0, 0, 1], 0.0)
    values = sitk.GetArrayFromImage(result).ravel().astype(float)
    return {
        "dimensions": dimensions, "spacing": spacing, "wanted": wanted, "interpolation": name,
        "resultDimensions": counts, "origin": origin,
        "every29th": [round(v, 7) for v in values[::29].tolist()],
        "projection": float(values @ pattern(values.size).astype(float)),
    }


grids = [
    ([13, 11, 7], [1.5, 1.0, 2.0], [0.7, 0.9, 1.1]),
    ([12, 10, 6], [1.0, 1.0, 3.0], [0.5, 0.5, 1.5]),
    ([10, 9, 8], [1.0, 1.0, 1.0], [1.9, 1.3, 2.7]),
]
cases = [case(*grid, name, interpolator) for grid in grids
         for name, interpolator in [("nearest", sitk.sitkNearestNeighbor), ("linear", sitk.sitkLinear)]]
with open("Tests/Oracles/resample.json", "w") as out:
    json.dump(cases, out)
