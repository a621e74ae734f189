"""All cases, in the order of the table."""
from . import noise, shading

ALL = [*shading.CASES, *noise.CASES]


def find(key):
    return next(case for case in ALL if case.key == key)
