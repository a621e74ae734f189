"""How time grows with the volume, and what a second core brings. Ours alone."""
import os
import statistics
from concurrent.futures import ThreadPoolExecutor

import inputs
import turns
from case import step
from scene import Scene

STEPS = {
    "gaussian": {}, "median": {}, "bilateral": {}, "wavelet": {}, "n4": {},
    "nlm": {"noise": "rician"},
}
# Of steps that take milliseconds more runs are measured: chance is large beside them.
QUICK_STEPS = ("gaussian", "wavelet", "n4")
# Volumes that a step may hold, input and result among them; 512^3 floats are half a gigabyte.
VOLUMES_HELD = 8


def sizes(quick):
    return (64, 128) if quick else (64, 128, 256, 512)


def free_memory():
    with open("/proc/meminfo") as file:
        for line in file:
            if line.startswith("MemAvailable"):
                return int(line.split()[1]) << 10
    return 0


def measure(kernel_bench, folder, cores, quick=False, say=print):
    """A record for each step, size and number of cores."""
    found = []
    cores = sorted(cores)
    for size in sizes(quick):
        if free_memory() < VOLUMES_HELD * 4 * size**3:
            say(f"{size}³ left out: too little memory")
            continue
        scene = Scene.made(os.path.join(folder, f"cube-{size}"), inputs.cube(size))
        path = scene.nifti("noisy")
        for name, parameters in STEPS.items():
            arguments = step(name, path, "MR", **parameters)
            runs = turns_of(name, size)
            parts = [cores] if size > 256 or len(cores) == 1 else [cores[:1], cores]
            records = by_turns(kernel_bench, arguments, parts, runs)
            if len(parts) > 1 and len(cores) == 2:
                records[-1]["limit"] = limit(kernel_bench, arguments, cores, runs)
            for record in records:
                found.append({"step": name, "size": size, **record})
            say("  ".join(text(record) for record in found[-len(records):]))
        os.remove(path)
        os.remove(scene.path("noisy.npy"))
    return found


def turns_of(name, size):
    """How often a step is measured."""
    if size > 256:
        return 1
    return (9 if size < 256 else 5) * (5 if name in QUICK_STEPS else 1)


def by_turns(kernel_bench, arguments, parts, runs):
    """A record for each of some sets of cores, run by turns, so that the clock meets all alike."""
    runners = [turns.Runner([kernel_bench, *arguments, "--on-request"], set(cores))
               for cores in parts]
    for _ in range(runs):
        for runner in runners:
            runner.turn()
    return [{"cores": len(cores), **figures(runner.finish())}
            for cores, runner in zip(parts, runners)]


def figures(said):
    return {"seconds": said["secondsMedian"], "cpu_seconds": said["cpuSecondsMedian"],
            "peak_bytes": said["peakBytes"], "digest": said["digest"],
            "repeatable": said["isRepeatable"]}


def limit(kernel_bench, arguments, cores, runs):
    """What two processes on a core each get done side by side, by what one does alone.

    What is missing to their number is what cores take from each other: memory, caches and clock. No
    program gains more, but for what the clock wanders between its runs.
    """
    runners = [turns.Runner([kernel_bench, *arguments, "--on-request"], {core}) for core in cores]
    alone = [[] for _ in cores]
    beside = [[] for _ in cores]
    with ThreadPoolExecutor(len(cores)) as threads:
        for _ in range(runs):
            for times, runner in zip(alone, runners):
                times.append(runner.turn()["seconds"])
            for times, said in zip(beside, threads.map(lambda runner: runner.turn(), runners)):
                times.append(said["seconds"])
    for runner in runners:
        runner.finish()
    return sum(statistics.median(a) / statistics.median(b) for a, b in zip(alone, beside))


def text(record):
    nanoseconds = record["seconds"] / record["size"]**3 * 1e9
    return f"{record['step']} {record['size']}³ on {record['cores']}: {nanoseconds:.1f} ns a voxel"


def alike(records):
    """Whether the number of cores made no difference to any result."""
    first = {}
    return all(first.setdefault((r["step"], r["size"]), r["digest"]) == r["digest"]
               for r in records)


def below(records):
    """Where growth, memory or the second core are not what we want of ourselves."""
    found = {(r["step"], r["size"], r["cores"]): r for r in records}
    most = max(r["cores"] for r in records)
    for (name, size, cores), record in found.items():
        alone = found.get((name, size, 1))
        if cores == 2 and alone and size >= 128:
            gain = alone["seconds"] / record["seconds"]
            if gain < 1.7:
                most_here = f", {record['limit']:.2f} possible" if "limit" in record else ""
                yield f"{name} {size}³: 2 cores {gain:.2f} times as fast as 1, 1.7 wanted{most_here}"
        smaller = found.get((name, 128, most))
        if cores == most and smaller and size > 128:
            growth = record["seconds"] / smaller["seconds"] / (size / 128)**3
            if growth > 1.25:
                yield f"{name} {size}³: a voxel costs {growth:.2f} times what it does at 128³"
        if (record["peak_bytes"] or 0) > 16 * size**3 + 150e6:
            yield f"{name} {size}³: {record['peak_bytes'] / 1e6:.0f} MB, 4 volumes + 150 wanted"


def table(records):
    """Nanoseconds a voxel by size, and one core beside all."""
    sides = sorted({r["size"] for r in records})
    most = max(r["cores"] for r in records)
    found = {(r["step"], r["size"], r["cores"]): r for r in records}
    lines = ["| step | " + " | ".join(f"{s}³" for s in sides)
             + f" | {most} cores for 1 | possible | memory, volumes |",
             "|---" * (len(sides) + 4) + "|"]
    for name in STEPS:
        cells = [f"`{name}`"]
        for side in sides:
            record = found.get((name, side, most))
            cells.append(f"{record['seconds'] / side**3 * 1e9:.1f}" if record else "")
        both = [s for s in sides if (name, s, 1) in found and (name, s, most) in found]
        gain = (found[name, both[-1], 1]["seconds"] / found[name, both[-1], most]["seconds"]
                if both and most > 1 else None)
        cells.append(f"{gain:.2f}" if gain else "")
        possible = found[name, both[-1], most].get("limit") if gain else None
        cells.append(f"{possible:.2f}" if possible else "")
        largest = found[name, max(s for n, s, _ in found if n == name), most]
        peak = largest["peak_bytes"]
        cells.append(f"{peak / (4 * largest['size']**3):.1f}" if peak else "")
        lines.append("| " + " | ".join(cells) + " |")
    return lines
