"""Measures one case: ours beside each peer in turn."""
import os
import statistics

import numpy

import judge
import turns
from scene import Scene


class Bench:
    """Where things are, and how much is wanted."""

    def __init__(self, kernel_bench, folder, cores, slow=False, quick=False):
        self.kernel_bench = kernel_bench
        self.folder = folder
        self.cores = cores
        self.slow = slow
        self.quick = quick
        self.scenes = {}
        self.known = {}

    def scene(self, make):
        """The scene of a function, made once."""
        key = str(make)
        if key not in self.scenes:
            folder = os.path.join(self.folder, f"scene-{len(self.scenes)}")
            self.scenes[key] = Scene.made(folder, make())
        return self.scenes[key]

    def measure(self, case):
        """Everything about a case, ready for JSON."""
        try:
            scene = self.scene(case.scene)
        except (ImportError, FileNotFoundError) as error:
            return {"key": case.key, "title": case.title, "missing": str(error)}
        output = os.path.join(self.folder, "ours.f32")
        runner = turns.ours(self.kernel_bench, case.ours(scene), output, self.cores)
        peers, results = [], []
        for number, peer in enumerate(case.peers):
            if peer.slow and not self.slow:
                continue
            said, result = self.beside(case, number, peer, scene, runner)
            peers.append(said)
            results.append(result)
        while runner.turns < (2 if self.quick else case.runs):
            runner.turn()
        said = runner.finish()
        mine = case.collect(scene, said) if case.collect else turns.raw(output, said["shape"])
        row = {"key": case.key, "title": case.title, "ours": figures(said), "peers": peers}
        row["ours"].update(repeatable=said["isRepeatable"], digest=said["digest"],
                           figures=said["figures"])
        if case.notes:
            row["notes"] = case.notes
        if case.units:
            row["units"] = case.units
        judge.score(case, scene, row, mine, results)
        judge.hold(case, row)
        return row

    def beside(self, case, number, peer, scene, runner):
        """Runs a peer and ours by turns; a peer that runs once only the first time it is asked."""
        key = scene.folder, str(peer.make)
        if key in self.known:
            said, result = self.known[key]
            mine = [runner.turn()]
            return compared(said, mine), result
        output = os.path.join(self.folder, "peer.npy")
        try:
            other = turns.peer(case, number, scene, output, self.cores)
            mine = []
            for _ in range(min(peer.runs, 2) if self.quick else peer.runs):
                mine.append(runner.turn())
                other.turn()
            last = other.finish()
        except turns.Missing as error:
            return {"name": peer.name, "missing": f"not installed: {error}"}, None
        except turns.Failed as error:
            if runner.process.poll() is not None:
                raise
            reason = str(error).splitlines()[-1]
            return {"name": peer.name, "missing": f"it failed: {reason}"}, None
        said, result = {"name": peer.name, **figures(last)}, numpy.load(output)
        if peer.runs == 1:
            self.known[key] = said, result
        return compared(said, mine), result


def compared(said, mine):
    """A peer's figures with the ratios to the runs of ours beside it."""
    return said | {
        "ratio": said["seconds"] / middle(mine, "seconds"),
        "cpu_ratio": said["cpu_seconds"] / middle(mine, "cpuSeconds")}


def middle(runs, name):
    return statistics.median(run[name] for run in runs)


def figures(said):
    return {
        "seconds": said["secondsMedian"], "seconds_least": said["secondsLeast"],
        "cpu_seconds": said["cpuSecondsMedian"], "runs": len(said["seconds"]),
        "peak_bytes": said["peakBytes"], "input_bytes": said["inputBytes"],
    }
