"""The words in which cases are written down."""
import dataclasses
import json
import os
from typing import Any, Callable

THREADS = int(os.environ.get("BENCH_THREADS", "2"))


@dataclasses.dataclass(frozen=True)
class Peer:
    """Somebody else's way to do the same."""

    name: str
    # From a scene to a function without arguments that is timed, or to a pair of that function and
    # one that makes an array of what it gave, untimed. Imports its package: it may be missing.
    make: Callable
    runs: int = 3
    slow: bool = False  # takes minutes; only with --slow

    @property
    def warms_up(self):
        return self.runs > 1


@dataclasses.dataclass(frozen=True)
class Score:
    """A figure of a result, and which way is better."""

    name: str
    measure: Callable  # (result, scene) -> number
    higher: bool = False
    # What a later run may lose: a part of the figure, or a plain difference for decibels.
    slack: float = 0.05


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What we want of ourselves. Peers are named by how their names begin."""

    ratios: dict = dataclasses.field(default_factory=dict)  # peer -> so many times faster
    parts: dict = dataclasses.field(default_factory=dict)  # peer -> so much of its error at most
    margins: dict = dataclasses.field(default_factory=dict)  # peer -> so many decibels better
    differences: dict = dataclasses.field(default_factory=dict)  # peer -> so far apart at most
    score: float | None = None


@dataclasses.dataclass(frozen=True)
class Case:
    """One line of the table."""

    key: str
    title: str
    scene: Callable  # -> dict of arrays and facts
    ours: Callable  # scene -> arguments of KernelBench
    peers: tuple = ()
    score: Score | None = None
    # (ours, peer's result, scene) -> how far apart the two are, where they should be the same.
    agreement: Callable | None = None
    runs: int = 5
    quick: bool = True
    wanted: Wanted = Wanted()
    # From scene and KernelBench's last line to what ours gave, as an array; None for its output.
    collect: Callable | None = None
    # Units of work in one run and their name, where "per second" says more.
    units: tuple[float, str] | None = None
    notes: str = ""


def step(name, path, modality=None, **parameters):
    """KernelBench's arguments for a step of a recipe."""
    arguments = ["step", name, path, "--parameters", json.dumps(parameters)]
    return arguments + (["--modality", modality] if modality else [])


def largest_difference(name: str | None = None):
    """Greatest difference of two results, as a part of the range of the scene's array `name`."""

    def measure(ours, peer, scene) -> Any:
        import numpy

        size = float(numpy.ptp(scene[name])) if name else 1.0
        return float(numpy.max(numpy.abs(ours.astype(float) - peer.astype(float)))) / size

    return measure
