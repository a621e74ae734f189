"""Measures one case: ours beside each peer in turn."""
import os
import statistics

import numpy

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
        if not peers or case.runs > 1:
            for _ in range(2 if self.quick else case.runs):
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
        judge(case, scene, row, mine, results)
        return row

    def beside(self, case, number, peer, scene, runner):
        """Runs a peer and ours by turns."""
        output = os.path.join(self.folder, "peer.npy")
        try:
            other = turns.peer(case, number, scene, output, self.cores)
        except turns.Missing as error:
            return {"name": peer.name, "missing": str(error)}, None
        mine, theirs = [], []
        for _ in range(min(peer.runs, 2) if self.quick else peer.runs):
            mine.append(runner.turn())
            theirs.append(other.turn())
        said = {"name": peer.name, **figures(other.finish())}
        said["ratio"] = middle(theirs, "seconds") / middle(mine, "seconds")
        said["cpu_ratio"] = middle(theirs, "cpuSeconds") / middle(mine, "cpuSeconds")
        return said, numpy.load(output)


def middle(runs, name):
    return statistics.median(run[name] for run in runs)


def figures(said):
    return {
        "seconds": said["secondsMedian"], "seconds_least": said["secondsLeast"],
        "cpu_seconds": said["cpuSecondsMedian"], "runs": len(said["seconds"]),
        "peak_bytes": said["peakBytes"], "input_bytes": said["inputBytes"],
    }


def judge(case, scene, row, mine, results):
    """Scores all results against the truth, and ours against our own targets."""
    below = []
    if case.score:
        row["score"] = {"name": case.score.name, "higher": case.score.higher,
                        "slack": case.score.slack}
        row["ours"]["score"] = case.score.measure(mine, scene)
    for said, result in zip(row["peers"], results):
        if result is None:
            continue
        if case.score and result.size:
            said["score"] = case.score.measure(result, scene)
        if case.agreement and result.size:
            said["difference"] = case.agreement(mine, result, scene)
    there = [peer for peer in row["peers"] if "ratio" in peer]
    against = next((p for p in there if p["name"] == case.ratio_peer), None) if case.ratio_peer \
        else min(there, key=lambda p: p["seconds"], default=None)
    if against:
        if case.least_ratio and against["ratio"] < case.least_ratio:
            below.append(f"{against['ratio']:.1f}x of {case.least_ratio:g}x {against['name']}")
        if case.score_part and row["ours"]["score"] > case.score_part * against["score"]:
            below.append(f"error {row['ours']['score']:.3g}, {case.score_part:g} x the peer's wanted")
        if case.most_difference is not None and against["difference"] > case.most_difference:
            below.append(f"differs by {against['difference']:.1e} of {case.most_difference:.0e}")
    if case.least_score is not None:
        score, wanted = row["ours"]["score"], case.least_score
        if score < wanted if case.score.higher else score > wanted:
            below.append(f"{case.score.name} {score:.4g}, {wanted:g} wanted")
    row["targets"] = {
        name: value for name in (
            "least_ratio", "ratio_peer", "least_score", "score_part", "most_difference")
        if (value := getattr(case, name)) is not None}
    row["below_target"] = below
