"""All cases, in the order of the table."""
from . import acquisition, files, filters, noise, shading, tomography

ALL = [
    case for topic in (shading, noise, acquisition, tomography, filters, files)
    for case in topic.CASES
]


def find(key):
    return next(case for case in ALL if case.key == key)
