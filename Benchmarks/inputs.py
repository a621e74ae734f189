"""The inputs with a known truth. Arrays are float32, x first."""
import functools
import os

import numpy

import nifti

HEAD = os.environ.get("BENCH_HEAD", "/usr/share/mricron/templates/ch2.nii.gz")


@functools.cache
def head():
    """A real T1 head (Debian's mricron-data, or BENCH_HEAD), 0 to 255."""
    if not os.path.exists(HEAD):
        raise FileNotFoundError(f"no head at {HEAD}: install mricron-data or set BENCH_HEAD")
    values = nifti.read(HEAD)
    return values * numpy.float32(255 / values.max())


def shaded_head():
    """The head under a smooth field, with white noise of 4."""
    clean = head()
    x, y, z = numpy.meshgrid(*[numpy.linspace(-1, 1, n) for n in clean.shape], indexing="ij")
    field = 1 + 0.35 * x - 0.25 * y + 0.2 * z * x + 0.2 * numpy.cos(2.2 * y) * z
    field = numpy.clip(field, 0.4, None).astype(numpy.float32)
    field /= field.mean()
    noise = numpy.random.default_rng(1).normal(0, 4, clean.shape)
    shaded = numpy.abs(clean * field + noise).astype(numpy.float32)
    return {"shaded": shaded, "field": field, "mask": (clean > 20).astype(numpy.float32)}


def rician(clean, percent, seed=7):
    """A magnitude image with noise of a percentage of 255 in both channels."""
    sigma = percent / 100 * 255
    random = numpy.random.default_rng(seed)
    real = clean + random.normal(0, sigma, clean.shape)
    imaginary = random.normal(0, sigma, clean.shape)
    return numpy.sqrt(real**2 + imaginary**2).astype(numpy.float32), sigma


def rician_head(percent):
    noisy, sigma = rician(head(), percent)
    return {"noisy": noisy, "clean": head(), "sigma": sigma}


@functools.cache
def slice512():
    """An axial slice of the head on 512 x 512 pixels."""
    import scipy.ndimage

    plane = head()[:, :, 90]
    zoom = [512 / n for n in plane.shape]
    return scipy.ndimage.zoom(plane, zoom, order=3).clip(0, 255).astype(numpy.float32)


def noisy_slice():
    """The slice with white noise of 13."""
    clean = slice512()
    noise = numpy.random.default_rng(3).normal(0, 13, clean.shape)
    return {"noisy": (clean + noise).astype(numpy.float32), "clean": clean, "sigma": 13.0}


def cube(size):
    """The head on size^3 voxels, with Rician noise of 5 %."""
    clean = head()
    for axis in range(3):
        places = (numpy.arange(size) + 0.5) * clean.shape[axis] / size
        clean = numpy.take(clean, places.astype(int), axis)
    random = numpy.random.default_rng(7)
    noisy = numpy.empty_like(clean)
    for plane in range(size):  # one at a time: 512^3 doubles would be a gigabyte each
        real = clean[..., plane] + random.normal(0, 12.75, clean.shape[:2])
        noisy[..., plane] = numpy.hypot(real, random.normal(0, 12.75, clean.shape[:2]))
    return {"noisy": noisy}
