"""Runs one peer, a run for each line of input.

Usage: peer.py CASE NUMBER SCENE OUTPUT
"""
import json
import os
import resource
import statistics
import sys
import time

import numpy

import cases
from scene import Scene


def memory(name):
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(name):
                return int(line.split()[1]) << 10
    return None


def forget_peak():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass  # then the peak is that of the whole process


def processor_time():
    """Seconds of this process and of those it has started and waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def say(**facts):
    print(json.dumps(facts), flush=True)


def main():
    key, number, folder, output = sys.argv[1:]
    peer = cases.find(key).peers[int(number)]
    try:
        made = peer.make(Scene(folder))
    except ImportError as error:
        return say(missing=str(error))
    run, collect = made if isinstance(made, tuple) else (made, numpy.asarray)
    if peer.warms_up:
        run()
    before = memory("VmRSS")
    forget_peak()
    say(ready=True)
    seconds, processor, result = [], [], None
    for _ in sys.stdin:
        result = None
        start, begun = time.perf_counter(), processor_time()
        result = run()
        seconds.append(time.perf_counter() - start)
        processor.append(processor_time() - begun)
        say(seconds=seconds[-1], cpuSeconds=processor[-1])
    peak = memory("VmHWM")
    numpy.save(output, collect(result))
    say(seconds=seconds, cpuSeconds=processor, secondsMedian=statistics.median(seconds),
        secondsLeast=min(seconds), cpuSecondsMedian=statistics.median(processor), peakBytes=peak,
        inputBytes=before)


# A peer may start processes of its own, which read this file again.
if __name__ == "__main__":
    main()
