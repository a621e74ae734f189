"""Measures Restorad's methods and readers beside the field's packages.

Usage: python3 Benchmarks [--only WORD ...] [--quick] [--slow] [--json FILE] [--page]
See Benchmarks/README.md.
"""
import argparse
import json
import os
import shutil
import sys
import tempfile
import time

try:
    import cases
    import machine
    import page
    import scaling
    import table
    import whole
    from measure import Bench
    from turns import Failed
except ImportError as error:
    sys.exit(f"{error}: pip install -r Benchmarks/requirements.txt (numpy and SciPy are needed)")

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Parts that are no single cases.
PARTS = {"scaling": "time over volume size, and a second core", "whole": "from file to file"}


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD",
                        help="cases whose names begin so (--list shows them)")
    parser.add_argument("--list", action="store_true", help="name the cases and end")
    parser.add_argument("--quick", action="store_true", help="few cases, few runs")
    parser.add_argument("--slow", action="store_true", help="also peers that take minutes")
    parser.add_argument("--threads", type=int, default=2, help="cores for ours and the peers")
    parser.add_argument("--json", default=os.path.join(ROOT, ".build/bench.json"),
                        help="where the result goes")
    parser.add_argument("--keep", action="store_true",
                        help="leave what stands in that file for cases not measured now")
    parser.add_argument("--page", action="store_true", help="write docs/benchmarks.md, too")
    parser.add_argument("--build", default=os.path.join(ROOT, ".build/release"),
                        help="the folder of KernelBench and restorad")
    return parser.parse_args()


def chosen(wanted):
    """The cases and parts that are asked for."""
    names = [case.key for case in cases.ALL if case.quick or not wanted.quick] + list(PARTS)
    if wanted.only:
        names = [name for name in [case.key for case in cases.ALL] + list(PARTS)
                 if name.startswith(tuple(wanted.only))]
    return names


def begin(wanted):
    report = {"rows": []}
    if wanted.keep and os.path.exists(wanted.json):
        with open(wanted.json) as file:
            report = json.load(file)
    report.update(machine=machine.facts(ROOT), threads=wanted.threads)
    report.setdefault("seconds", 0)
    return report


def put(report, row):
    """Takes a row in, in the order of the cases."""
    order = [case.key for case in cases.ALL]
    kept = [old for old in report["rows"] if old["key"] != row["key"] and old["key"] in order]
    report["rows"] = sorted(kept + [row], key=lambda row: order.index(row["key"]))


def measure(wanted, report, folder):
    """Measures what was asked for and yields after each part."""
    cores = machine.cores(wanted.threads)
    kernel_bench, report["machine"]["level"] = machine.program(wanted.build, "KernelBench")
    bench = Bench(kernel_bench, folder, cores, wanted.slow, wanted.quick)
    names = chosen(wanted)
    print(table.HEAD)
    for case in cases.ALL:
        if case.key in names:
            try:
                row = bench.measure(case)
            except Failed as error:
                row = {"key": case.key, "title": case.title, "missing": f"it failed: {error}"}
            put(report, row)
            print("\n".join(table.lines(row)), flush=True)
            yield
    if "whole" in names:
        print("\n" + whole.HEAD)
        restorad = os.path.join(wanted.build, "restorad")
        report["whole"] = whole.measure(restorad, cores, 1 if wanted.quick else 3)
        yield
    if "scaling" in names:
        print()
        try:
            report["scaling"] = scaling.measure(kernel_bench, folder, cores, wanted.quick)
        except FileNotFoundError as error:
            print(f"scaling: not measured: {error}")
        yield


def main():
    wanted = arguments()
    if wanted.list:
        for key, title in [(case.key, case.title) for case in cases.ALL] + list(PARTS.items()):
            print(f"{key:<18} {title}")
        return 0
    if not os.path.exists(os.path.join(wanted.build, "KernelBench")):
        sys.exit(f"no KernelBench in {wanted.build}: `make bench` builds it")
    report = begin(wanted)
    folder = os.environ["BENCH_FOLDER"] = tempfile.mkdtemp(prefix="restorad-bench-")
    begun, before = time.monotonic(), report["seconds"]
    try:
        for _ in measure(wanted, report, folder):
            report["seconds"] = before + time.monotonic() - begun
            with open(wanted.json, "w") as file:
                json.dump(report, file, indent=1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    conclude(report, wanted)
    return any(row.get("missing", "").startswith("it failed") for row in report["rows"])


def conclude(report, wanted):
    """What does not reach what we want of ourselves, and where all stands."""
    print()
    for row in report["rows"]:
        for text in row.get("below", []):
            print(f"below our target: {row['key']}: {text}")
        if not row.get("ours", {}).get("repeatable", True):
            print(f"not the same from run to run: {row['key']}")
    for text in scaling.below(report["scaling"]) if report.get("scaling") else ():
        print(f"below our target: {text}")
    if report.get("scaling") and not scaling.alike(report["scaling"]):
        print("not the same on one core and on all: see the digests in the result")
    print(f"{report['seconds'] / 60:.1f} minutes; result: {wanted.json}")
    if wanted.page:
        page.write(report)


sys.exit(main())
