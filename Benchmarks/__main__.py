"""Measures Restorad's methods and readers beside the field's packages.

Usage: python3 Benchmarks [--only WORD ...] [--quick] [--slow] [--json FILE] ...
See Benchmarks/README.md.
"""
import argparse
import json
import os
import shutil
import sys
import tempfile
import time

import cases
import machine
import table
from measure import Bench

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD",
                        help="cases whose names begin so (--list shows them)")
    parser.add_argument("--list", action="store_true", help="name the cases and end")
    parser.add_argument("--quick", action="store_true", help="few cases, few runs")
    parser.add_argument("--slow", action="store_true", help="also peers that take minutes")
    parser.add_argument("--threads", type=int, default=2, help="cores for ours and the peers")
    parser.add_argument("--json", default=os.path.join(ROOT, ".build/bench.json"))
    parser.add_argument("--build", default=os.path.join(ROOT, ".build/release"),
                        help="the folder of KernelBench and restorad")
    return parser.parse_args()


def chosen(wanted):
    if wanted.only:
        return [case for case in cases.ALL if case.key.startswith(tuple(wanted.only))]
    return [case for case in cases.ALL if case.quick or not wanted.quick]


def main():
    wanted = arguments()
    if wanted.list:
        for case in cases.ALL:
            print(f"{case.key:<18} {case.title}")
        return 0
    folder = tempfile.mkdtemp(prefix="restorad-bench-")
    begun = time.monotonic()
    report = {"machine": machine.facts(ROOT), "threads": wanted.threads, "rows": []}
    bench = Bench(os.path.join(wanted.build, "KernelBench"), folder,
                  machine.cores(wanted.threads), wanted.slow, wanted.quick)
    try:
        print(table.HEAD)
        for case in chosen(wanted):
            row = bench.measure(case)
            report["rows"].append(row)
            print("\n".join(table.lines(row)), flush=True)
            report["seconds"] = time.monotonic() - begun
            with open(wanted.json, "w") as file:
                json.dump(report, file, indent=1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for row in report["rows"]:
        for text in row["below_target"]:
            print(f"below our target: {row['key']}: {text}")
    return 0


sys.exit(main())
