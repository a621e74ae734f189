"""Compares two results of the benchmarks: did ours get slower or less accurate?

Usage: python3 Benchmarks/compare.py OLD NEW [--slower 1.25] [--by seconds|cpu|ratio]
Ends with 1 where it did, with 0 else. By `ratio` (to the fastest peer of the case) results of
different machines, or of a loaded one, can be compared; by `cpu` those of a loaded one.
"""
import argparse
import json
import sys


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--slower", type=float, default=1.25, metavar="FACTOR",
                        help="what counts as slower")
    parser.add_argument("--least", type=float, default=0.001, metavar="SECONDS",
                        help="a loss of less time than this is none")
    parser.add_argument("--by", choices=("seconds", "cpu", "ratio"), default="seconds")
    return parser.parse_args()


def cost(row, by):
    """What a row costs: seconds, or parts of the fastest peer's time; None when not known."""
    if by == "ratio":
        ratios = [peer["ratio"] for peer in row["peers"] if "ratio" in peer]
        return 1 / min(ratios) if ratios else None
    return row["ours"]["cpu_seconds" if by == "cpu" else "seconds"]


def slower(old, new, wanted):
    before, after = cost(old, wanted.by), cost(new, wanted.by)
    if before is None or after is None or after <= wanted.slower * before:
        return None
    if wanted.by != "ratio" and after - before < wanted.least:
        return None
    return f"slower: {before:.4g} before, {after:.4g} now ({after / before:.2f} times, {wanted.by})"


def less_accurate(old, new):
    before, after = old["ours"].get("score"), new["ours"].get("score")
    if before is None or after is None:
        return None
    slack, higher = new["score"]["slack"], new["score"]["higher"]
    # Decibels may lose a plain difference, errors a part of themselves.
    lost = before - after > slack if higher else after - before > slack * abs(before) + 1e-9
    return f"less accurate: {old['score']['name']} {before:.5g} before, {after:.5g} now" \
        if lost else None


def drifted(old, new):
    """Whether a result that should be a peer's has moved away from it."""
    limits = new["wanted"].get("differences", {})
    before = {peer["name"]: peer.get("difference") for peer in old["peers"]}
    for peer in new["peers"]:
        was, now = before.get(peer["name"]), peer.get("difference")
        limit = next((limits[start] for start in limits if peer["name"].startswith(start)), None)
        if None not in (limit, was, now) and now > limit and now > 1.5 * was:
            return f"further from {peer['name']}: {was:.1e} before, {now:.1e} now"
    return None


def scaled(report):
    """The records of the growth with volume size as rows."""
    return {
        f"{r['step']} {r['size']}³ on {r['cores']}": {
            "key": "scaling", "ours": r, "peers": [], "wanted": {}}
        for r in report.get("scaling", [])}


def rows(report):
    found = {row["key"]: row for row in report["rows"] if "missing" not in row}
    return found | scaled(report)


def main():
    wanted = arguments()
    with open(wanted.old) as file:
        old = rows(json.load(file))
    with open(wanted.new) as file:
        new = rows(json.load(file))
    common = [key for key in new if key in old]
    worse = 0
    for key in common:
        before, after = old[key], new[key]
        for text in (slower(before, after, wanted), less_accurate(before, after),
                     drifted(before, after)):
            if text:
                worse += 1
                print(f"{key}: {text}")
    for key in old:
        if key not in new:
            print(f"{key}: not measured now")
    if not common:
        sys.exit("the files have no case in common")
    print(f"{len(common)} compared, {worse} worse")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
