"""Runs ours and the peers, one after the other, each in a process of its own.

A process says that it is ready, makes one run for each line it is sent, and at the end of its input
says what was measured: so runs alternate, and a load on the machine meets all alike.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))


class Missing(Exception):
    """A package is not installed."""


class Failed(Exception):
    """A process ended without an answer."""


class Runner:
    """A process that makes a run for each line."""

    def __init__(self, command, cores):
        self.command = command
        self.turns = 0
        environment = dict(os.environ, BENCH_THREADS=str(len(cores)))
        for name in ("OMP", "OPENBLAS", "MKL"):
            environment[name + "_NUM_THREADS"] = str(len(cores))
        environment["ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS"] = str(len(cores))
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env=environment, preexec_fn=lambda: os.sched_setaffinity(0, cores))
        self.told()

    def told(self):
        """The next JSON line; peers may print other things."""
        for line in self.process.stdout:
            if line.startswith("{"):
                said = json.loads(line)
                if "missing" in said:
                    self.process.wait()
                    raise Missing(said["missing"])
                return said
        self.process.wait()
        self.errors.seek(0)
        raise Failed(self.errors.read()[-2000:].strip() or f"it ended: {self.process.returncode}")

    def turn(self):
        self.turns += 1
        try:
            self.process.stdin.write("\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # It has ended, and why is told below.
        return self.told()

    def finish(self):
        self.process.stdin.close()
        said = self.told()
        self.process.wait()
        return said


def ours(kernel_bench, arguments, output, cores):
    return Runner([kernel_bench, *arguments, "--on-request", "--output", output], cores)


def peer(case, number, scene, output, cores):
    return Runner(
        [sys.executable, os.path.join(HERE, "peer.py"), case.key, str(number), scene.folder,
         output], cores)


def raw(path, shape):
    """A result of KernelBench, x first."""
    values = numpy.fromfile(path, numpy.float32)
    while len(shape) > 2 and shape[-1] == 1:
        shape = shape[:-1]
    return values.reshape(shape, order="F") if values.size else values
