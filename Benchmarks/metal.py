"""A pelvis with metal, scanned with five energies, with and without the metal; and a peer's NMAR.

256 x 256 pixels of 1.6 mm, 360 parallel views, corrected for the hardening of the beam in water,
stored in twelve bits.
"""
import functools

import numpy

from case import Score

SIZE, VIEWS, PIXEL, WATER = 256, 360, 0.16, 0.1928
DETECTORS = 365
SPECTRUM = [0.15, 0.30, 0.25, 0.20, 0.10]
MATERIALS = {
    "water": [0.2683, 0.2059, 0.1837, 0.1707, 0.1614], "bone": [1.278, 0.604, 0.428, 0.356, 0.315],
    "titanium": [10.05, 3.478, 1.84, 1.235, 0.953], "iron": [28.56, 9.48, 4.684, 2.925, 2.16],
}


def ellipse(x, y, a, b):
    across, down = numpy.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
    return ((across - x) / a) ** 2 + ((down - y) / b) ** 2 <= 1


def rays(planes):
    """Line integrals of some planes (x, y, plane) by Joseph's method: (view, detector, plane)."""
    middle = (SIZE - 1) / 2
    place = numpy.arange(DETECTORS) - (DETECTORS - 1) / 2
    padded = numpy.pad(planes.astype(numpy.float32), ((1, 2), (1, 2), (0, 0)))
    sums = numpy.zeros((VIEWS, DETECTORS, planes.shape[2]), numpy.float32)
    lines = numpy.arange(SIZE)[:, None]
    for view in range(VIEWS):
        c, s = numpy.cos(numpy.pi * view / VIEWS), numpy.sin(numpy.pi * view / VIEWS)
        along_rows = abs(c) >= abs(s)
        near, far = (c, s) if along_rows else (s, c)
        at = (place[None, :] - (lines - middle) * far) / near + middle + 1
        at = at.clip(0, SIZE + 1)
        low = at.astype(int)
        part = (at - low)[..., None].astype(numpy.float32)
        if along_rows:
            first, second = padded[low, lines + 1], padded[low + 1, lines + 1]
        else:
            first, second = padded[lines + 1, low], padded[lines + 1, low + 1]
        sums[view] = (first + part * (second - first)).sum(0) / abs(near)
    return sums


def ramped(sums):
    """Rows filtered with the band-limited ramp."""
    count = sums.shape[-1]
    length = 1 << int(numpy.ceil(numpy.log2(2 * count)))
    kernel = numpy.zeros(length)
    kernel[0] = 0.25
    odd = numpy.arange(1, length // 2, 2)
    kernel[odd] = kernel[-odd] = -1 / (numpy.pi * odd) ** 2
    response = numpy.fft.rfft(kernel).real
    return numpy.fft.irfft(numpy.fft.rfft(sums, length) * response, length)[..., :count]


def pixels(sums):
    """Filtered back-projection, x first."""
    filtered = ramped(sums)
    middle = (SIZE - 1) / 2
    place = numpy.arange(SIZE) - middle
    image = numpy.zeros((SIZE, SIZE))
    for view in range(VIEWS):
        angle = numpy.pi * view / VIEWS
        at = place[:, None] * numpy.cos(angle) + place[None, :] * numpy.sin(angle)
        at += (DETECTORS - 1) / 2
        low = at.astype(int)
        row = filtered[view]
        image += row[low] + (at - low) * (row[low + 1] - row[low])
    return image * numpy.pi / VIEWS


def body():
    """Soft tissue relative to water, and bone."""
    whole, inner = ellipse(0, 0, 105, 75), ellipse(0, 0, 97, 67)
    bone = ellipse(-55, 0, 22, 24) | ellipse(55, 0, 22, 24) | ellipse(0, 45, 16, 12)
    soft = whole.astype(float)
    soft[whole & ~inner] = 0.9
    soft[ellipse(-15, -25, 22, 16)] = 1.05
    soft[ellipse(20, -30, 8, 8)] = 0.97
    random = numpy.random.default_rng(0)
    for _ in range(30):
        x, y = random.uniform(-80, 80), random.uniform(-50, 50)
        soft[ellipse(x, y, 3, 3) & whole] *= random.uniform(0.95, 1.06)
    soft[bone] = 0
    return whole, soft, bone.astype(float)


def hounsfield(paths, materials):
    """The picture that lengths in some materials (view, detector, material) give."""
    left = sum(weight * numpy.exp(-paths @ numpy.array(at))
               for weight, *at in zip(SPECTRUM, *(MATERIALS[name] for name in materials)))
    length = numpy.linspace(0, 60, 300)
    water = -numpy.log(sum(weight * numpy.exp(-length * at)
                           for weight, at in zip(SPECTRUM, MATERIALS["water"])))
    sums = numpy.interp(-numpy.log(left), water, length * WATER)
    return (pixels(sums) / PIXEL / WATER - 1) * 1000


@functools.cache
def scans():
    """By name the scan in twelve bits, the same without metal, and where it is judged."""
    import scipy.ndimage

    whole, soft, bone = body()
    metals = [ellipse(-55, 0, 9, 9) | ellipse(55, 0, 9, 9), ellipse(20, -30, 2, 2)]
    planes = [plane for metal in metals for plane in (soft * ~metal, bone * ~metal, metal)]
    paths = rays(numpy.stack([soft, bone, *planes], -1) * PIXEL)
    none, hips, marker = paths[..., :2], paths[..., 2:5], paths[..., 5:]
    clean = hounsfield(none, ["water", "bone"])
    inner = scipy.ndimage.binary_erosion(whole, iterations=2)
    found = {}
    for name, metal, lengths in (
            ("titanium", metals[0], hips), ("iron", metals[0], hips),
            ("marker", metals[1], marker)):
        material = "titanium" if name == "titanium" else "iron"
        scan = hounsfield(lengths, ["water", "bone", material]).clip(-1024, 3071)
        judged = inner & ~scipy.ndimage.binary_dilation(metal, iterations=3)
        found[name] = scan, clean, judged
    return found


def scene(names, enlarged=1, slices=1):
    """Some scans: x, y, slice, scene; each slice of a scene is the same."""
    def stacked(which):
        planes = [numpy.asarray(scans()[name][which], numpy.float32) for name in names]
        planes = [numpy.kron(p, numpy.ones((enlarged,) * 2, numpy.float32)) for p in planes]
        return numpy.stack([numpy.repeat(p[..., None], slices, 2) for p in planes], -1)

    return {"scan": stacked(0), "clean": stacked(1), "judged": stacked(2)}


def _error(result, scene):
    judged = scene["judged"] > 0
    error = result.reshape(judged.shape)[judged].astype(float) - scene["clean"][judged]
    return float(numpy.sqrt(numpy.mean(error**2)))


ERROR = Score("HU", _error)


def astra_nmar(scene):
    """NMAR of a picture by ASTRA's projector: metal by a threshold, a model of the tissue, rays
    through metal interpolated relative to those through the model."""
    import astra
    import scipy.ndimage

    scan = scene["scan"]
    size = scan.shape[0]
    views = 360 if size <= 256 else 720
    detectors = (int(numpy.ceil(numpy.hypot(size, size))) + 1) | 1
    plane = astra.create_vol_geom(size, size)
    beam = astra.create_proj_geom(
        "parallel", 1.0, detectors, -numpy.arange(views) * numpy.pi / views)
    projector = astra.create_projector("linear", beam, plane)

    def forward(image):
        number, sums = astra.create_sino(numpy.ascontiguousarray(image, "f4"), projector)
        astra.data2d.delete(number)
        return sums

    def back(sums):
        filtered = ramped(sums).astype("f4")
        number, image = astra.create_backprojection(filtered, projector)
        astra.data2d.delete(number)
        return image * numpy.pi / views

    def interpolated(sums, trace):
        result = sums.copy()
        place = numpy.arange(detectors)
        for row, met in zip(result, trace):
            if met.any():
                row[met] = numpy.interp(place[met], place[~met], row[~met])
        return result

    def model(image, metal):
        image = image.copy()
        image[scipy.ndimage.binary_dilation(metal)] = 40
        smooth = scipy.ndimage.gaussian_filter(image, 1)
        soft = (smooth >= -400) & (smooth < 300)
        tissue = numpy.where(smooth < -400, -1000, image)
        if soft.any():
            tissue[soft] = numpy.clip(numpy.median(image[soft]), -50, 80)
        return numpy.maximum(tissue / 1000 + 1, 0)

    def restored(image):
        metal = image > 2500
        metal = scipy.ndimage.binary_opening(metal) if metal.sum() > 50 else metal
        sums, trace = forward(numpy.maximum(image / 1000 + 1, 0)), forward(metal) > 1e-3
        first = (back(interpolated(sums, trace)) - 1) * 1000
        through = numpy.maximum(forward(model(first, metal)), 1e-2)
        normed = numpy.where(trace, interpolated(sums / through, trace) * through, sums)
        return numpy.where(metal, image, (back(normed) - 1) * 1000)

    def run():
        result = numpy.empty_like(scan)
        for place in numpy.ndindex(scan.shape[2:]):
            result[(..., *place)] = restored(scan[(..., *place)].T).T
        return result

    return run
