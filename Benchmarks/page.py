"""Writes a result into docs/benchmarks.md, between its markers, and beside it for comparison.

Usage: python3 Benchmarks/page.py RESULT.json
"""
import json
import os
import sys
import textwrap

import chart
import scaling
import table
import whole

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGE = os.path.join(ROOT, "docs/benchmarks.md")
BASELINE = os.path.join(ROOT, "docs/benchmarks.json")
PICTURE = os.path.join(ROOT, "docs/pictures/benchmark-scaling.svg")
BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"


def machine(report):
    """What was measured on, when, and with whose versions."""
    facts = report["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in facts["packages"].items())
    return (
        f"Measured on {facts['date']} by `make bench` in {report['seconds'] / 60:.0f} minutes, at "
        f"commit {facts['commit']}: {facts['processor']}, {report['threads']} of "
        f"{facts['cores']} cores for ours and the peers alike, ours built for "
        f"x86-64-{facts.get('level', 'v3')}, "
        f"{facts['memory_bytes'] / 2**30:.0f} GiB, {facts['system']}; load when it began: "
        f"{facts['load']:.1f}. Peers: {versions}.")


def cases(report):
    yield "### Methods and readers beside the peers"
    yield ""
    yield ("The step or call alone, without reading and writing where that is not the case itself, "
           "ours and the peer by turns on the same input; medians. The ratio is the peer's time "
           "by ours, in brackets that of processor time. Memory is the most that the process "
           "held, program and inputs included: ours / the peer's. *Apart*: the greatest "
           "difference of both results, as a part of the input's range; *same*: bit by bit.")
    yield ""
    yield table.HEAD
    for row in report["rows"]:
        yield from table.lines(row)
    notes = [f"- {row['title']}: {row['notes']}." for row in report["rows"] if row.get("notes")]
    if notes:
        yield ""
        yield from notes


def growth(report):
    if not report.get("scaling"):
        return
    chart.draw(report["scaling"], PICTURE)
    yield ""
    yield "### Over the size of the volume"
    yield ""
    yield "![Seconds of each step over the side of the volume](pictures/benchmark-scaling.svg)"
    yield ""
    yield ("Nanoseconds a voxel on all cores, for the head on cubes of so many voxels a side; "
           "dotted in the picture: the same time for every voxel. The last columns: one core's "
           "time by that of all; the most that a second core of this machine can bring, which is "
           "what two processes on a core each get done side by side, by what one does alone; "
           "and the most memory at the largest size, in volumes of float.")
    yield ""
    yield from scaling.table(report["scaling"])
    if scaling.alike(report["scaling"]):
        yield ""
        yield "Results were the same bit by bit on one core and on all."


def files(report):
    if not report.get("whole"):
        return
    yield ""
    yield "### From file to file"
    yield ""
    yield ("Restorad from the start of its process to the published folder, report and checksums "
           "included; the peer from its own reader to its own writer on the same scan, its "
           "packages loaded before. Medians of 3 runs (peers 1).")
    yield ""
    yield whole.HEAD
    for record in report["whole"]:
        yield whole.line(record)
    yield ""
    for record in report["whole"]:
        if "seconds" in record.get("peer", {}):
            yield f"- {record['title']}: {record['peer']['name']}"


def write(report):
    """Replaces what stands between the markers."""
    with open(PAGE) as file:
        text = file.read()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    lines = [machine(report), "", *cases(report), *growth(report), *files(report)]
    lines = [line if line.startswith(("|", "!")) else textwrap.fill(line, 120) for line in lines]
    with open(PAGE, "w") as file:
        file.write(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after)
    with open(BASELINE, "w") as file:
        json.dump(report, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    with open(sys.argv[1]) as source:
        write(json.load(source))
