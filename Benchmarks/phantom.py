"""The head of Shepp and Logan, with the contrasts of Toft: pixels, and its exact line integrals."""
import numpy

# Value, half axes, centre (in halves of the plane, y upwards), turn in degrees.
ELLIPSES = [
    (1, 0.69, 0.92, 0, 0, 0), (-0.8, 0.6624, 0.874, 0, -0.0184, 0),
    (-0.2, 0.11, 0.31, 0.22, 0, -18), (-0.2, 0.16, 0.41, -0.22, 0, 18),
    (0.1, 0.21, 0.25, 0, 0.35, 0), (0.1, 0.046, 0.046, 0, 0.1, 0),
    (0.1, 0.046, 0.046, 0, -0.1, 0), (0.1, 0.046, 0.023, -0.08, -0.605, 0),
    (0.1, 0.023, 0.023, 0, -0.606, 0), (0.1, 0.023, 0.046, 0.06, -0.605, 0),
]


def plane(size, parts=4):
    """Means over pixels, x first, y downwards."""
    places = (numpy.arange(size * parts) + 0.5) / (size * parts / 2) - 1
    x, y = numpy.meshgrid(places, -places, indexing="ij")
    fine = numpy.zeros((size * parts,) * 2, numpy.float32)
    for value, a, b, across, up, turn in ELLIPSES:
        c, s = numpy.cos(numpy.deg2rad(turn)), numpy.sin(numpy.deg2rad(turn))
        dx, dy = x - across, y - up
        fine[((dx * c + dy * s) / a) ** 2 + ((dy * c - dx * s) / b) ** 2 <= 1] += value
    return fine.reshape(size, parts, size, parts).mean((1, 3), dtype=numpy.float64).astype("f4")


def line_integrals(size, views, detectors):
    """Detectors first; view v looks along (-sin a, cos a), a = pi v / views, y downwards."""
    place = (numpy.arange(detectors) - (detectors - 1) / 2)[:, None] / (size / 2)
    angle = (numpy.arange(views) * numpy.pi / views)[None, :]
    sums = numpy.zeros((detectors, views))
    for value, a, b, across, up, turn in ELLIPSES:
        # With y downwards an ellipse turns the other way.
        own = angle + numpy.deg2rad(turn)
        reach = (a * numpy.cos(own)) ** 2 + (b * numpy.sin(own)) ** 2
        s = place - across * numpy.cos(angle) + up * numpy.sin(angle)
        half = numpy.sqrt(numpy.maximum(reach - s**2, 0))
        sums += value * 2 * a * b * half / reach
    return (sums * size / 2).astype(numpy.float32)
